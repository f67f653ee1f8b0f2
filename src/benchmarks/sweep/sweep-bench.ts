import type { BenchFindings, BenchRequest } from '../bench-request.js';

export async function benchSweep(_request: BenchRequest): Promise<BenchFindings> {
  return { rows: [], notes: [] };
}
