import type { BenchFindings, BenchRequest } from '../bench-request.js';

export async function benchReport(_request: BenchRequest): Promise<BenchFindings> {
  return { rows: [], notes: [] };
}
