import { LaconicError } from '../domain/index.js';
import { EngineProcess, type OpenEngine } from './engine-process.js';
import type { EngineOptions } from './native/addon.js';

/**
 * How a piece of work shares the machine: `shared` beside other work in a process, `exclusive` alone in its process
 * (after a crash, so that the innocent are not blamed), `solo` alone in the whole pool (timing).
 */
export type Tenancy = 'shared' | 'exclusive' | 'solo';

const SHARED_PER_SLOT = 2;
const OPEN_ENGINES_PER_SLOT = 2;

interface Slot {
  /** Shared by everybody who comes while it starts. */
  process: Promise<EngineProcess> | null;
  load: number;
  exclusive: boolean;
  readonly open: Map<string, { readonly engine: Promise<OpenEngine>; users: number; lastUsed: number }>;
}

interface Waiting {
  readonly tenancy: Tenancy;
  readonly grant: (slot: Slot) => void;
  readonly reject: (error: LaconicError) => void;
}

export interface Tenant {
  readonly process: EngineProcess;
  readonly engine: OpenEngine;
}

/** A fixed number of engine processes, started when first needed and replaced when they die. */
export class EnginePool {
  private readonly slots: Slot[];
  private readonly waiting: Waiting[] = [];
  private closed = false;

  constructor(
    size: number,
    private readonly startProcess: () => Promise<EngineProcess>,
  ) {
    this.slots = Array.from({ length: size }, () => ({ process: null, load: 0, exclusive: false, open: new Map() }));
  }

  /** Pieces of shared work that keep every process busy. */
  get capacity(): number {
    return this.slots.length * SHARED_PER_SLOT;
  }

  async withProcess<T>(work: (process: EngineProcess) => Promise<T>): Promise<T> {
    const slot = await this.acquire('shared');
    try {
      return await work(await this.processOf(slot));
    } finally {
      this.release(slot, 'shared');
    }
  }

  async withEngine<T>(options: EngineOptions, tenancy: Tenancy, work: (tenant: Tenant) => Promise<T>): Promise<T> {
    const slot = await this.acquire(tenancy);
    const key = JSON.stringify(options);
    try {
      const process = await this.processOf(slot);
      const entry = await this.open(slot, process, key, options);
      entry.users++;
      try {
        return await work({ process, engine: await entry.engine });
      } finally {
        entry.users--;
        entry.lastUsed = Date.now();
      }
    } finally {
      this.release(slot, tenancy);
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const waiter of this.waiting.splice(0)) waiter.reject(closedError());
    await Promise.all(this.slots.map(async (slot) => (await slot.process?.catch(() => null))?.stop()));
  }

  private async acquire(tenancy: Tenancy): Promise<Slot> {
    if (this.closed) throw closedError();
    return new Promise((grant, reject) => {
      this.waiting.push({ tenancy, grant, reject });
      this.serveWaiting();
    });
  }

  private release(slot: Slot, tenancy: Tenancy): void {
    slot.load--;
    if (tenancy === 'exclusive') slot.exclusive = false;
    if (tenancy === 'solo') for (const each of this.slots) each.exclusive = false;
    this.serveWaiting();
  }

  /** First come, first served: a solo tenant at the head waits for the pool to drain and nobody overtakes it. */
  private serveWaiting(): void {
    for (let head = this.waiting[0]; head; head = this.waiting[0]) {
      const slot = this.slotFor(head.tenancy);
      if (!slot) return;
      this.waiting.shift();
      slot.load++;
      if (head.tenancy === 'exclusive') slot.exclusive = true;
      if (head.tenancy === 'solo') for (const each of this.slots) each.exclusive = true;
      head.grant(slot);
    }
  }

  private slotFor(tenancy: Tenancy): Slot | undefined {
    const byLoad = this.slots.filter((slot) => !slot.exclusive).toSorted((a, b) => a.load - b.load);
    switch (tenancy) {
      case 'shared':
        return byLoad.find((slot) => slot.load < SHARED_PER_SLOT);
      case 'exclusive':
        return byLoad.find((slot) => slot.load === 0);
      case 'solo':
        return byLoad.length === this.slots.length && byLoad.every((slot) => slot.load === 0) ? byLoad[0] : undefined;
    }
  }

  private async processOf(slot: Slot): Promise<EngineProcess> {
    const present = await slot.process?.catch(() => null);
    if (present?.alive) return present;
    // Whoever comes first replaces the dead one; the others find the replacement.
    if (slot.process === null || (await slot.process.catch(() => null)) === present) {
      slot.open.clear();
      slot.process = this.startProcess();
    }
    return slot.process;
  }

  private async open(
    slot: Slot,
    process: EngineProcess,
    key: string,
    options: EngineOptions,
  ): Promise<{ engine: Promise<OpenEngine>; users: number; lastUsed: number }> {
    const known = slot.open.get(key);
    if (known) return known;
    await this.closeIdle(slot, process);
    const entry = { engine: process.open(options), users: 0, lastUsed: Date.now() };
    slot.open.set(key, entry);
    entry.engine.catch(() => slot.open.delete(key));
    return entry;
  }

  private async closeIdle(slot: Slot, process: EngineProcess): Promise<void> {
    const idle = [...slot.open.entries()]
      .filter(([, entry]) => entry.users === 0)
      .toSorted(([, a], [, b]) => a.lastUsed - b.lastUsed);
    for (const [key, entry] of idle.slice(0, Math.max(0, slot.open.size - OPEN_ENGINES_PER_SLOT + 1))) {
      slot.open.delete(key);
      await process.closeEngine((await entry.engine).id);
    }
  }
}

function closedError(): LaconicError {
  return new LaconicError('interrupted', 'The engine is shutting down.', { hint: 'Resume the run.' });
}
