import { LaconicError, OPEN_ENGINES_PER_PROCESS } from '../domain/index.js';
import { EngineProcess, type OpenEngine } from './engine-process.js';
import type { EngineOptions } from './native/addon.js';

/**
 * How a piece of work shares the machine: `shared` beside other work in a process, `exclusive` alone in its process
 * (after a crash, so that the innocent are not blamed), `solo` alone in the whole pool (timing).
 */
export type Tenancy = 'shared' | 'exclusive' | 'solo';

const SHARED_PER_SLOT = 2;

/** An engine to work with, and what its KV caches and adapters take. */
export interface EngineNeed {
  readonly options: EngineOptions;
  readonly kvBytes: number;
}

interface OpenEntry {
  readonly key: string;
  readonly slot: Slot;
  readonly process: EngineProcess;
  readonly engine: Promise<OpenEngine>;
  readonly kvBytes: number;
  users: number;
  lastUsed: number;
}

interface Slot {
  /** Shared by everybody who comes while it starts. */
  process: Promise<EngineProcess> | null;
  load: number;
  exclusive: boolean;
  readonly open: Map<string, OpenEntry>;
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

/**
 * A fixed number of engine processes, started when first needed and replaced when they die. Their engines' KV caches
 * stay within `kvMemory` together: an engine that does not fit beside those at work waits until one is done.
 */
export class EnginePool {
  private readonly slots: Slot[];
  /** Engines that take memory: open, opening or closing. */
  private readonly held = new Set<OpenEntry>();
  private awaitingMemory: (() => void)[] = [];
  private readonly waiting: Waiting[] = [];
  private closed = false;

  constructor(
    size: number,
    private readonly startProcess: () => Promise<EngineProcess>,
    private readonly kvMemory: number = Infinity,
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

  async withEngine<T>(need: EngineNeed, tenancy: Tenancy, work: (tenant: Tenant) => Promise<T>): Promise<T> {
    const slot = await this.acquire(tenancy);
    try {
      const entry = await this.enter(slot, need);
      try {
        return await work({ process: entry.process, engine: await entry.engine });
      } finally {
        entry.users--;
        entry.lastUsed = Date.now();
        this.wakeForMemory();
      }
    } finally {
      this.release(slot, tenancy);
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const waiter of this.waiting.splice(0)) waiter.reject(closedError());
    this.wakeForMemory();
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
      for (const entry of slot.open.values()) this.held.delete(entry);
      slot.open.clear();
      slot.process = this.startProcess();
    }
    return slot.process;
  }

  /** The slot's engine for this need, counted as used. Nothing is awaited between the last look and the opening. */
  private async enter(slot: Slot, need: EngineNeed): Promise<OpenEntry> {
    const key = JSON.stringify(need.options);
    for (;;) {
      const process = await this.processOf(slot);
      if (this.closed) throw closedError();
      const known = slot.open.get(key);
      if (known) {
        known.users++;
        return known;
      }
      const fits = this.fits(need);
      const idle = fits ? idleOf(slot.open.values()) : idleOf(this.held);
      const crowded = slot.open.size >= OPEN_ENGINES_PER_PROCESS;
      if (idle && (crowded || !fits)) await this.closeIdle(idle);
      else if (fits) return this.open(slot, process, { ...need, key });
      else await new Promise<void>((resolve) => this.awaitingMemory.push(resolve));
    }
  }

  private open(slot: Slot, process: EngineProcess, { options, kvBytes, key }: EngineNeed & { key: string }): OpenEntry {
    const entry = { key, slot, process, engine: process.open(options), kvBytes, users: 1, lastUsed: Date.now() };
    slot.open.set(key, entry);
    this.held.add(entry);
    entry.engine.catch(() => this.forget(entry));
    return entry;
  }

  /** An engine that is larger than the whole may still be had alone: its process refuses it with figures. */
  private fits({ kvBytes }: EngineNeed): boolean {
    let taken = 0;
    for (const entry of this.held) taken += entry.kvBytes;
    return taken === 0 || taken + kvBytes <= this.kvMemory;
  }

  private async closeIdle(entry: OpenEntry): Promise<void> {
    entry.slot.open.delete(entry.key);
    try {
      await entry.process.closeEngine((await entry.engine).id);
    } catch {
      // Its process is gone, and its memory with it.
    } finally {
      this.forget(entry);
    }
  }

  private forget(entry: OpenEntry): void {
    this.held.delete(entry);
    if (entry.slot.open.get(entry.key) === entry) entry.slot.open.delete(entry.key);
    this.wakeForMemory();
  }

  private wakeForMemory(): void {
    const woken = this.awaitingMemory;
    this.awaitingMemory = [];
    for (const wake of woken) wake();
  }
}

/** The one that nobody has used for longest. */
function idleOf(entries: Iterable<OpenEntry>): OpenEntry | undefined {
  return [...entries]
    .filter((entry) => entry.users === 0 && entry.slot.open.get(entry.key) === entry)
    .toSorted((a, b) => a.lastUsed - b.lastUsed)[0];
}

function closedError(): LaconicError {
  return new LaconicError('interrupted', 'The engine is shutting down.', { hint: 'Resume the run.' });
}
