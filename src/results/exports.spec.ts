import { array, assert, property, string } from 'fast-check';
import type { SampleRecord } from '../domain/index.js';
import { csvLines, csvRecord } from './csv.js';
import { markdownCell, plainText } from './plain-text.js';
import { SAMPLE_FIELDS, sampleLine, sampleLines } from './sample-json.js';
import { sampleBuilder } from './testing.js';

async function joined(chunks: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const chunk of chunks) text += chunk;
  return text;
}

/** A reader of RFC 4180 as strict as the format: what it returns is what a spreadsheet sees. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, bare = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    row.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    if (end !== '\r\n') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

function reversed<T extends object>(value: T): T {
  return Object.assign(
    {},
    ...Object.entries(value)
      .toReversed()
      .map(([key, each]) => ({ [key]: each })),
  );
}

describe('sampleLine', () => {
  it('has the fields of the contract in their order', () => {
    const keys = Object.keys(JSON.parse(sampleLine(sampleBuilder(), { tokenIds: false })));
    expect(keys.join(', ')).toBe(
      'arm, dataset, item, repeat, cluster, level, prompt, thinking, answer, extracted, reference, correct, reasonCode, ' +
        'thinkStop, stopReason, stopDetail, ledger, events, divergedFrom, divergedAt',
    );
    expect(keys).toEqual(SAMPLE_FIELDS.filter((field) => !['measures', 'certainty', 'paths'].includes(field)));
  });

  it('adds token ids at the end when asked', () => {
    const line: Record<string, unknown> = JSON.parse(sampleLine(sampleBuilder(), { tokenIds: true }));
    expect(Object.keys(line).slice(-2)).toEqual(['thinkIds', 'answerIds']);
    expect(line['thinkIds']).toHaveLength(120);
  });

  it('carries the progress of a sample that a probe has read, and no such field otherwise', () => {
    const progress = [0.125, null, 0.5];
    expect(JSON.parse(sampleLine(sampleBuilder({ progress }), { tokenIds: false }))).toMatchObject({ progress });
    expect(sampleLine(sampleBuilder(), { tokenIds: true })).not.toContain('progress');
  });

  it('gives the same bytes whatever the order in which a sample was put together', () => {
    const certainty = { answerMean: 0.5, answerLeast: 0.25, answerTokens: 2, selfCertainty: null };
    const replay = { of: 'baseline', preparationTokens: 120 };
    const sample = sampleBuilder({ events: [{ at: 3, type: 'suppressed', detail: 'Wait' }], certainty, replay });
    const other: SampleRecord = {
      ...reversed(sample),
      certainty: reversed(certainty),
      replay: reversed(replay),
      ledger: reversed(sample.ledger),
      events: sample.events.map(reversed),
    };
    expect(sampleLine(other, { tokenIds: true })).toBe(sampleLine(sample, { tokenIds: true }));
    expect(JSON.parse(sampleLine(sample, { tokenIds: false }))).toMatchObject({ certainty, replay });
  });

  it('has the paths of a vote in their order, with token ids only when asked', () => {
    const { measures: _measures, ...one } = sampleBuilder({ extracted: '4' });
    const certainty = { answerMean: 0.5, answerLeast: 0.25, answerTokens: 2, selfCertainty: 3 };
    const sample = { ...sampleBuilder(), paths: [one, { ...one, extracted: null, certainty }] };
    const paths = (tokenIds: boolean) => JSON.parse(sampleLine(sample, { tokenIds })).paths;
    const keys =
      'thinking, answer, extracted, correct, reasonCode, thinkStop, stopReason, stopDetail, ledger, events'.split(', ');
    expect(Object.keys(paths(false)[0])).toEqual(keys);
    expect(Object.keys(paths(true)[1])).toEqual([...keys, 'certainty', 'thinkIds', 'answerIds']);
    const turned = { ...sample, paths: sample.paths.map(reversed) };
    expect(sampleLine(turned, { tokenIds: true })).toBe(sampleLine(sample, { tokenIds: true }));
  });

  it('stays one line of valid UTF-8 when the model wrote line ends or half a character', async () => {
    const sample = sampleBuilder({ thinking: 'a\nb\u2028\ud800', answer: '\u0000"' });
    const text = await joined(sampleLines([sample, sample], { tokenIds: false }));
    expect(text.split('\n')).toHaveLength(3);
    expect(Buffer.from(text, 'utf8').toString('utf8')).toBe(text);
    expect(JSON.parse(text.split('\n')[0] ?? '')).toMatchObject({ thinking: sample.thinking, answer: sample.answer });
  });
});

describe('csv', () => {
  it('reads back as it was written when nothing looks like a formula', () => {
    const cell = string({ unit: 'binary' }).filter(
      (text) => !/^[\s]*[=+\-@＝＋－＠]|^[\t\r\n]/.test(text) && text !== '',
    );
    assert(
      property(array(array(cell, { minLength: 2, maxLength: 2 }), { minLength: 1, maxLength: 5 }), (rows) => {
        expect(parseCsv(rows.map(csvRecord).join(''))).toEqual(rows);
      }),
    );
  });

  it.each([
    '=1+1',
    '+SUM(A1)',
    '-2+3',
    '@cmd',
    '\t=1',
    '\r=1',
    '\n=1',
    '  =HYPERLINK("x")',
    '=cmd|" /C calc"!A0',
    '＝1',
    '-',
    '+-5',
  ])('makes %j text when a spreadsheet would run it', (attack) => {
    expect(parseCsv(csvRecord([attack, 'x']))).toEqual([[`'${attack}`, 'x']]);
  });

  it.each(['-5', '+3.25', '42', '-1e6', '0'])('leaves the number %s a number', (number) => {
    expect(csvRecord([number])).toBe(`${number}\r\n`);
  });

  it('has one record per sample under a head, with token sums and empty cells for null', async () => {
    const sample = sampleBuilder({ stopDetail: null, extracted: '-5', ledger: { thinkInjected: 2, probePrompt: 4 } });
    const [head = [], row = [], ...rest] = parseCsv(await joined(csvLines([sample])));
    const cells = Object.fromEntries(head.map((name, i) => [name, row[i]]));
    expect(rest).toEqual([]);
    expect(cells).toMatchObject({
      thinkTokens: '122',
      deliveredTokens: '135',
      totalTokens: '139',
      stopDetail: '',
      extracted: '-5',
      correct: 'true',
      thinking: sample.thinking,
    });
  });
});

describe('plainText', () => {
  it('leaves nothing that moves a cursor, colours, rings or reorders', () => {
    expect(plainText('a\u001b[31mred\u0007\r\nb\u202ec\u009b2J')).toBe('a [31mred b c 2J');
    assert(
      property(string({ unit: 'binary' }), (text) => {
        // eslint-disable-next-line no-control-regex
        expect(plainText(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      }),
    );
  });

  it('cannot end a Markdown cell, open HTML or start markup', () => {
    expect(markdownCell('a|b\n<script>*x*`y`[z](u)</script>')).toBe(
      'a\\|b &lt;script&gt;\\*x\\*\\`y\\`\\[z\\](u)&lt;/script&gt;',
    );
  });
});
