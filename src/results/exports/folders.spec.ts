import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, property, string } from 'fast-check';
import type { SampleRecord, StopReason } from '../../domain/index.js';
import { ATTACK_STRINGS } from '../../reporting/testing/attack-strings.js';
import { ResultsService } from '../results.service.js';
import { inMemoryReaders, simulatedSamples, someStoredRun, type StoredRunChanges } from '../testing.js';
import { writeExportFolder } from './export-file.js';
import { type ExportFormat, ExportsService } from './exports.service.js';
import { fileNames } from './file-names.js';
import { transportJson } from './transport-json.js';

const RUN = '054f19c7';

/** What is looked at of a document of the harness's sample log. */
interface Document {
  readonly doc_id: number;
  readonly doc: { readonly id: string };
  readonly target: string;
  readonly arguments: { readonly gen_args_0: { readonly arg_0: string } };
  readonly resps: readonly (readonly string[])[];
  readonly filtered_resps: readonly string[];
  readonly metrics: readonly string[];
  readonly acc: number;
  readonly delivered_tokens: number;
  readonly doc_hash: string;
  readonly prompt_hash: string;
  readonly target_hash: string;
}

interface Results {
  readonly results: Readonly<Record<string, Readonly<Record<string, number | string>>>>;
  readonly configs: Readonly<Record<string, { readonly metric_list: readonly { readonly metric: string }[] }>>;
  readonly task_hashes: Readonly<Record<string, string>>;
}

interface InspectLog {
  readonly version: number;
  readonly status: string;
  readonly eval: { readonly model: string; readonly task: string; readonly tags: readonly string[] };
  readonly results: {
    readonly total_samples: number;
    readonly scores: readonly { readonly metrics: Readonly<Record<string, { readonly value: number }>> }[];
  };
  readonly samples: readonly {
    readonly id: string;
    readonly epoch: number;
    readonly messages: readonly { readonly role: string; readonly content: unknown }[];
    readonly scores: { readonly laconic: { readonly value: string; readonly answer: string | null } };
    readonly output: { readonly usage: Readonly<Record<string, number>> };
    readonly error?: { readonly message: string };
    readonly limit?: { readonly limit: number };
  }[];
}

/** The files of an export by their path, read back. */
async function exported(
  format: ExportFormat,
  samples: readonly SampleRecord[] = simulatedSamples({ items: 5 }),
  changes: StoredRunChanges = {},
): Promise<ReadonlyMap<string, string>> {
  const { runs, samples: reader } = inMemoryReaders({ stored: someStoredRun(changes), samples });
  const output = new ExportsService(new ResultsService(runs, reader, reader), runs, reader).export(RUN, format);
  if (output.kind !== 'folder') throw new Error(`${format} is no folder`);
  const folder = await mkdtemp(join(tmpdir(), 'laconic-export-'));
  try {
    await writeExportFolder(folder, output.files);
    const paths = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = paths.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    return new Map(
      await Promise.all(
        files.map(async (file) => [file.slice(folder.length + 1), await readFile(file, 'utf8')] as const),
      ),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

const documentsOf = (text = ''): Document[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

const logsOf = (files: ReadonlyMap<string, string>): InspectLog[] =>
  [...files.values()].map((text) => JSON.parse(text));

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The same place for every attack: arm, item, prompt, trace, answer, reference, error. */
function hostileSamples(): SampleRecord[] {
  return simulatedSamples({ items: ATTACK_STRINGS.length, datasets: ['arithmetic'] }).map((sample, index) => {
    const attack = ATTACK_STRINGS[index % ATTACK_STRINGS.length] ?? '';
    return {
      ...sample,
      item: `${sample.item} ${attack}`,
      prompt: attack,
      thinking: attack,
      answer: attack,
      reference: attack,
      stopReason: 'error',
      stopDetail: attack,
    };
  });
}

const TIME = '2026-01-02T10-02-31.000';

describe('lm-eval', () => {
  it('writes a folder per arm, with the names by which the harness finds task and time', async () => {
    const files = await exported('lm-eval');
    const names = [`results_${TIME}.json`, `samples_arithmetic_${TIME}.jsonl`, `samples_countdown_${TIME}.jsonl`];
    const arms = ['baseline', 'budget-64', 'nothinking', 'nowait'];
    expect([...files.keys()].toSorted()).toEqual(arms.flatMap((arm) => names.map((name) => `${arm}/${name}`)));
  });

  it('has documents whose figures come to those of the results, and hashes that can be made again', async () => {
    const files = await exported('lm-eval');
    const documents = documentsOf(files.get(`nowait/samples_countdown_${TIME}.jsonl`));
    const results: Results = JSON.parse(files.get(`nowait/results_${TIME}.json`) ?? '');
    const of = (metric: 'acc' | 'delivered_tokens') =>
      documents.reduce((sum, each) => sum + each[metric], 0) / documents.length;
    expect(results.results['countdown']).toMatchObject({
      alias: 'countdown',
      'acc,none': of('acc'),
      'delivered_tokens,none': of('delivered_tokens'),
    });
    expect(results.configs['countdown']?.metric_list.map(({ metric }) => metric)).toEqual(documents[0]?.metrics);
    expect(results.task_hashes['countdown']).toBe(
      sha256(documents.map((each) => each.doc_hash + each.prompt_hash + each.target_hash).join('')),
    );
    expect(documents[0]).toMatchObject({
      prompt_hash: sha256(documents[0]?.arguments.gen_args_0.arg_0 ?? ''),
      target_hash: sha256(documents[0]?.target ?? ''),
    });
  });

  it('gives an item the same doc_id in every arm, also where an arm lacks some', async () => {
    const samples = simulatedSamples({ items: 5 }).filter(({ arm, item }) => arm !== 'nowait' || !item.endsWith('1'));
    const files = await exported('lm-eval', samples, { status: 'partial' });
    const ids = (arm: string) =>
      new Map(
        documentsOf(files.get(`${arm}/samples_arithmetic_${TIME}.jsonl`)).map(({ doc, doc_id }) => [doc.id, doc_id]),
      );
    const [whole, part] = [ids('baseline'), ids('nowait')];
    expect([...whole.values()]).toEqual([0, 1, 2, 3, 4]);
    expect(part.size).toBe(4);
    for (const [item, id] of part) expect(id).toBe(whole.get(item));
  });

  it('takes the repeats of an item together', async () => {
    const samples = simulatedSamples({ items: 4, repeats: 3 });
    const files = await exported('lm-eval', samples, { repeats: 3 });
    const [first] = documentsOf(files.get(`nowait/samples_arithmetic_${TIME}.jsonl`));
    const repeats = samples.filter(({ arm, item }) => arm === 'nowait' && item === first?.doc.id);
    expect(first?.resps).toEqual([repeats.map(({ thinking, answer }) => thinking + answer)]);
    expect(first?.acc).toBeCloseTo(repeats.filter(({ correct }) => correct).length / 3, 12);
  });
});

describe('inspect', () => {
  it('writes a log per arm and data set, with its samples and what they come to', async () => {
    const samples = simulatedSamples({ items: 5, repeats: 2 });
    const logs = logsOf(await exported('inspect', samples, { repeats: 2 }));
    expect(logs).toHaveLength(8);
    for (const log of logs) {
      const own = samples.filter(({ arm, dataset }) => arm === log.eval.tags[0] && dataset === log.eval.task);
      expect(log).toMatchObject({
        version: 2,
        status: 'success',
        eval: { model: 'laconic/reference' },
        results: { total_samples: 10 },
      });
      expect(log.samples.map(({ id, epoch, scores }) => [id, epoch, scores.laconic.value])).toEqual(
        own.map(({ item, repeat, correct }) => [item, repeat + 1, correct ? 'C' : 'I']),
      );
      expect(log.results.scores[0]?.metrics['accuracy']?.value).toBeCloseTo(
        own.filter(({ correct }) => correct).length / 10,
        12,
      );
    }
  });

  it('shows thinking as reasoning without its tags, and the ledger as usage', async () => {
    const [log] = logsOf(await exported('inspect'));
    const [sample] = log?.samples ?? [];
    const [source] = simulatedSamples({ items: 5 });
    expect(sample?.messages.map(({ role }) => role)).toEqual(['user', 'assistant']);
    expect(sample?.messages[0]?.content).toBe(source?.prompt);
    expect(JSON.stringify(sample?.messages[1])).not.toContain('think>');
    const { think, answer } = { think: source?.ledger.thinkSampled ?? 0, answer: source?.ledger.answerSampled ?? 0 };
    expect(sample?.output.usage).toMatchObject({
      input_tokens: source?.ledger.prompt,
      reasoning_tokens: think,
      output_tokens: think + answer,
    });
  });

  it('says which samples failed or met the cap, and that a run with holes is none to quote', async () => {
    const stops: readonly StopReason[] = ['error', 'length_cap'];
    const samples = simulatedSamples({ items: 2, datasets: ['arithmetic'] }).map((sample, index) => ({
      ...sample,
      stopReason: stops[index % 2] ?? 'eos',
      stopDetail: 'x',
    }));
    const [log] = logsOf(await exported('inspect', samples, { status: 'partial' }));
    expect(log?.status).toBe('error');
    expect(log?.samples[0]?.error?.message).toBe('x');
    expect(log?.samples[1]?.limit?.limit).toBe(1024);
  });
});

describe.each(['lm-eval', 'inspect'] as const)('%s', (format) => {
  it('refuses a run that is not finished', async () => {
    await expect(exported(format, undefined, { status: 'running' })).rejects.toMatchObject({
      code: 'run-not-finished',
    });
  });

  it('is the same again', async () => {
    expect(await exported(format)).toEqual(await exported(format));
  });

  it('writes hostile text so that no terminal obeys it and every reader gets it back', async () => {
    const files = await exported(format, hostileSamples());
    const text = [...files.values()].join('');
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\u2028-\u202e\u2066-\u2069\p{Cs}\u{10000}-\u{10ffff}]/u);
    for (const attack of ATTACK_STRINGS) expect(text).toContain(transportJson(attack).slice(1, -1));
  });

  it('writes nothing outside its folder, whatever arms are called', async () => {
    const names = ['../../etc/passwd', '/root/x', 'a\u0000b', '..'];
    const arms = names.map((name) => ({ name, technique: 'baseline' as const }));
    const samples = names.toSorted().flatMap((arm) =>
      simulatedSamples({ items: 2, arms: [{ name: 'baseline', lossRate: 0, thinkShare: 1 }] }).map((sample) => ({
        ...sample,
        arm,
      })),
    );
    const files = await exported(format, samples, { arms });
    for (const path of files.keys()) expect(path).toMatch(/^[A-Za-z0-9_./-]+$/);
    expect([...files.keys()].join('\n')).not.toMatch(/\.\.|^\//m);
    expect(files.size).toBe(format === 'inspect' ? 8 : 12);
  });
});

describe('fileNames', () => {
  it('keeps names apart that differ only where file names cannot', () => {
    expect([...fileNames(['a/b', 'a b', 'A_b', 'é', '', 'a/b']).values()]).toEqual([
      'a_b',
      'a_b-2',
      'A_b-3',
      '_',
      '_-2',
    ]);
  });
});

describe('transportJson', () => {
  it('reads back as what it was, well-formed', () => {
    assert(
      property(string({ unit: 'binary' }), (text) => {
        expect(JSON.parse(transportJson({ [text]: text }))).toEqual({ [text]: text.toWellFormed() });
      }),
    );
  });
});
