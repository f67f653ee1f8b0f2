import type { MachineProvenance } from '../domain/index.js';

export interface ExecutionSettings {
  /** Name under which this process leases. */
  readonly worker: string;
  readonly leaseSeconds: number;
  readonly machine: MachineProvenance;
}

export const EXECUTION_SETTINGS = Symbol('EXECUTION_SETTINGS');
