import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import { LaconicError } from '../../domain/index.js';
import type { BenchPrompt, Contestant } from './contestant.js';

export interface PeerProgram {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly maxSequences?: number;
  readonly env?: Readonly<Record<string, string>>;
}

const KEPT_COMPLAINT = 2000;

/**
 * A peer in a process of its own, asked in lines: a command on its stdin, one line of answer on its stdout (the commands
 * stand in test/bench/llama_loop.cpp).
 */
export class PeerProcess implements Contestant {
  private complaint = '';
  private readonly lines: AsyncIterator<string>;
  private readonly reader: Interface;

  private constructor(
    private readonly program: PeerProgram,
    private readonly child: ChildProcessWithoutNullStreams,
  ) {
    this.reader = createInterface({ input: child.stdout });
    this.lines = this.reader[Symbol.asyncIterator]();
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.complaint = `${this.complaint}${text}`.slice(-KEPT_COMPLAINT);
    });
    // A peer that has gone is noticed when its answer is missing.
    child.stdin.on('error', () => {});
  }

  /** Resolves when the model is loaded. Throws `engine-unavailable` with what the peer said. */
  static async start(program: PeerProgram): Promise<PeerProcess> {
    const child = spawn(program.command, program.args, { env: { ...process.env, ...program.env } });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (cause) => reject(failure(program.name, cause.message)));
    });
    const peer = new PeerProcess(program, child);
    await peer.answer();
    return peer;
  }

  get name(): string {
    return this.program.name;
  }

  get maxSequences(): number {
    return this.program.maxSequences ?? Number.POSITIVE_INFINITY;
  }

  async tokenize(text: string): Promise<BenchPrompt> {
    return { text, ids: numbersOf(await this.ask(`tokenize ${text}`)) };
  }

  async endsOfGeneration(): Promise<readonly number[]> {
    return numbersOf(await this.ask('eog'));
  }

  /** Bytes per second that one thread reads from memory. */
  async bandwidth(): Promise<number> {
    return Number(await this.ask('bandwidth'));
  }

  async prepare(sequences: number, cells: number): Promise<void> {
    await this.ask(`open ${sequences} ${cells}`);
  }

  async decode(prompts: readonly BenchPrompt[], tokens: number): Promise<void> {
    await this.ask(`decode ${tokens} ${prompts.map(({ ids }) => ids.join(',')).join(';')}`);
  }

  async prefill(prompt: BenchPrompt): Promise<void> {
    await this.ask(`prefill ${prompt.ids.join(',')}`);
  }

  /** Bans ids in every later step, as NoWait does, where the peer can. */
  async ban(ids: readonly number[]): Promise<void> {
    await this.ask(`ban ${ids.join(',')}`);
  }

  async close(): Promise<void> {
    const gone = new Promise<void>((resolve) => {
      if (this.child.exitCode !== null || this.child.signalCode !== null) resolve();
      else this.child.once('exit', () => resolve());
    });
    this.reader.close();
    this.child.stdin.end();
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 5000);
    await gone;
    clearTimeout(timer);
  }

  private async ask(line: string): Promise<string> {
    this.child.stdin.write(`${line}\n`);
    return this.answer();
  }

  private async answer(): Promise<string> {
    const { value, done } = await this.lines.next();
    if (done === true)
      throw failure(this.program.name, this.complaint.trim().split('\n').at(-1) || 'it ended without a word');
    return value;
  }
}

function numbersOf(text: string): number[] {
  return text === '' ? [] : text.split(',').map(Number);
}

function failure(name: string, what: string): LaconicError {
  return new LaconicError('engine-unavailable', `${name} cannot be compared with: ${what}`, {
    hint: 'Run `npm ci` with its development packages and try again.',
    where: name,
  });
}
