import { LaconicError, type ModelCapabilities } from '../../domain/index.js';
import { EngineProcess, type EngineRequest, type OpenEngine } from '../../inference/index.js';
import type { BenchPrompt, Contestant } from './contestant.js';

export interface LaconicOptions {
  readonly childModule: string;
  readonly modelPath: string;
  readonly threads: number;
  /** Never made, so that every sequence has its full length. */
  readonly bannedIds: readonly number[];
}

/** The engine in its own process, asked as a worker asks it. */
export class LaconicContestant implements Contestant {
  readonly name = 'laconic';
  readonly maxSequences = 255;
  private engine: OpenEngine | null = null;
  private bannedIds: readonly number[];
  private nextItem = 1;

  private constructor(
    private readonly process: EngineProcess,
    private readonly options: LaconicOptions,
  ) {
    this.bannedIds = options.bannedIds;
  }

  static async start(options: LaconicOptions): Promise<LaconicContestant> {
    return new LaconicContestant(await EngineProcess.start(options.childModule), options);
  }

  async capabilities(): Promise<ModelCapabilities> {
    return this.process.inspect(this.options.modelPath);
  }

  get vocabulary(): readonly string[] {
    return this.engine?.vocabulary ?? [];
  }

  async prepare(sequences: number, cells: number): Promise<void> {
    if (this.engine) await this.process.closeEngine(this.engine.id);
    this.engine = await this.process.open({
      modelPath: this.options.modelPath,
      streams: sequences,
      contextTokens: cells,
      threads: this.options.threads,
      think: null,
      stopStrings: [],
      addBos: false,
      // A prompt that was read once would be kept for the next repetition, and reading it is what is measured.
      sharing: false,
    });
  }

  /** NoWait's ids, in place of the ends of generation alone. */
  ban(ids: readonly number[]): void {
    this.bannedIds = [...this.options.bannedIds, ...ids];
  }

  async decode(prompts: readonly BenchPrompt[], tokens: number): Promise<void> {
    await this.make(prompts, tokens);
  }

  async prefill(prompt: BenchPrompt): Promise<void> {
    await this.make([prompt], 1);
  }

  async close(): Promise<void> {
    await this.process.stop();
  }

  private async make(prompts: readonly BenchPrompt[], tokens: number): Promise<void> {
    if (!this.engine) throw new TypeError('prepare comes first');
    const lengths: number[] = [];
    await this.process.submit(
      this.engine.id,
      prompts.map((prompt, id) => this.request(prompt, tokens, id)),
      {
        sequential: false,
        signal: new AbortController().signal,
        onSamples: (samples) => {
          for (const { id, generation } of samples) {
            const { prompt, answerSampled } = generation.ledger;
            if (prompt !== prompts[id]?.ids.length) throw unequal(`a prompt has ${prompt} tokens`);
            lengths.push(answerSampled);
          }
        },
      },
    );
    if (lengths.length !== prompts.length || lengths.some((length) => length !== tokens))
      throw unequal(`it made ${lengths.join(', ')} tokens instead of ${prompts.length} × ${tokens}`);
  }

  private request(prompt: BenchPrompt, maxTokens: number, id: number): EngineRequest {
    const itemKey = (this.nextItem++).toString(16).padStart(16, '0');
    return {
      id,
      prompt: [{ text: prompt.text, special: false }],
      policy: { technique: 'nowait', bannedIds: this.bannedIds, scope: 'all' },
      sampling: { temperature: 0, topK: 0, topP: 1, minP: 0, maxTokens, seed: 1 },
      itemKey,
      repeat: 0,
    };
  }
}

/** A comparison of unequal work is worth nothing. */
function unequal(what: string): LaconicError {
  return new LaconicError('internal', `The engine’s work differs from its peers’: ${what}.`, {
    hint: 'This is a defect of the benchmark; please report it.',
  });
}
