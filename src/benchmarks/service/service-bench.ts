import type { BenchFindings, BenchRequest } from '../bench-request.js';

export async function benchService(_request: BenchRequest): Promise<BenchFindings> {
  return { rows: [], notes: [] };
}
