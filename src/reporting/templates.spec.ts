import { loadTemplates } from './templates.js';

const label = { name: 'a', className: 'k-base', mark: '<b>', number: 0 };

describe('templates', () => {
  it('refuse text where trusted markup belongs', () => {
    expect(() => loadTemplates().trace(traceOf({ strips: [{ label, drawing: '<svg onload=x>', words: '' }] }))).toThrow(
      'only trusted markup',
    );
  });

  it('refuse to print a field that does not exist', () => {
    expect(() => loadTemplates().trace(traceOf({ badge: {} }))).toThrow('not defined');
  });

  it('refuse a condition or a list that does not exist', () => {
    expect(() => loadTemplates().trace(traceOf({ place: undefined }))).toThrow('#if');
    expect(() => loadTemplates().trace(traceOf({ rows: undefined }))).toThrow('#each');
  });

  it('print a complete view', () => {
    expect(loadTemplates().trace(traceOf({}))).toContain('id="t-0-0-0"');
  });
});

function traceOf(changes: Readonly<Record<string, unknown>>): unknown {
  return {
    id: 't-0-0-0',
    item: 'i',
    dataset: 'd',
    place: '',
    label,
    badge: { className: 'v-ok', glyph: '✓', word: 'right' },
    summary: '',
    question: 'q',
    referenceAnswer: '1',
    strips: [],
    curves: [],
    heads: [],
    rows: [],
    answers: [],
    paths: null,
    isPair: false,
    ...changes,
  };
}
