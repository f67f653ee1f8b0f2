import { join } from 'node:path';
import { tokenTotals, type ArmResult, type RunResult, type SampleRecord } from '../../src/domain/index.js';
import { techniqueDefinition, TECHNIQUES, techniqueEntry } from '../../src/domain/techniques/index.js';
import { suiteRuns, type SuiteRuns } from '../support/suite-run.js';

const SUITE = join(__dirname, '..', '..', 'datasets', 'suites', 'catalogue.yaml');

/** Enough for every exit to fire somewhere; the suite itself has 15 of each data set. */
const ITEMS = '4';

const ids = ({ thinkIds, answerIds }: SampleRecord): string => [...thinkIds, ...answerIds].join();

/** The suite of the whole catalogue as a user runs it, on fewer items. */
describe('datasets/suites/catalogue.yaml', () => {
  let runs: SuiteRuns;
  let result: RunResult;
  let samples: Map<string, SampleRecord[]>;
  const of = (arm: string): SampleRecord[] => samples.get(arm) ?? [];

  beforeAll(async () => {
    runs = await suiteRuns();
    const made = await runs.run(SUITE, { args: ['--limit', ITEMS] });
    result = made.result;
    samples = Map.groupBy(made.samples, ({ arm }) => arm);
  }, 900_000);
  afterAll(async () => {
    await runs?.remove();
  });

  /** The arm, and those whose samples it is made from. */
  const behind = (arm: ArmResult): ArmResult[] => {
    const needed = techniqueDefinition(arm.technique).traits.dependsOn(arm.params)?.arm;
    const first = result.arms.find(({ name }) => name === needed);
    return first ? [arm, ...behind(first)] : [arm];
  };

  it('has every technique of the catalogue', () => {
    const used = new Set(result.arms.map(({ technique }) => technique));
    expect(TECHNIQUES.map(({ name }) => name).filter((name) => !used.has(name))).toEqual([]);
  });

  it('changes what the model writes, whatever the arm', () => {
    const baseline = new Map(of('baseline').map((sample) => [`${sample.dataset}/${sample.item}`, ids(sample)]));
    const silent = result.arms
      .filter(({ name }) => name !== 'baseline')
      .filter(({ name }) => of(name).every((one) => ids(one) === baseline.get(`${one.dataset}/${one.item}`)));
    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  it('leaves the events that the catalogue names', () => {
    const without = result.arms.filter(({ name, technique }) => {
      const { events } = techniqueEntry(technique);
      const seen = new Set(of(name).flatMap((sample) => sample.events.map(({ type }) => type)));
      return events.length > 0 && !events.some((event) => seen.has(event));
    });
    expect(without.map(({ name }) => name)).toEqual([]);
  });

  it('leaves no event that the catalogue does not name', () => {
    const strange = result.arms.flatMap((arm) => {
      const { name } = arm;
      const named = new Set<string>(behind(arm).flatMap(({ technique }) => techniqueEntry(technique).events));
      const seen = new Set(of(name).flatMap((sample) => sample.events.map(({ type }) => type)));
      return [...seen].filter((event) => !named.has(event)).map((event) => `${name}: ${event}`);
    });
    expect(strange).toEqual([]);
  });

  it('charges nothing to a column that the catalogue does not name', () => {
    const columns = ['injected', 'probe', 'rejected'] as const;
    const strange = result.arms.flatMap((arm) => {
      const { name } = arm;
      const named = new Set<string>(behind(arm).flatMap(({ technique }) => techniqueEntry(technique).ledgerColumns));
      return columns
        .filter((column) => !named.has(column) && of(name).some((sample) => tokenTotals(sample.ledger)[column] > 0))
        .map((column) => `${name}: ${column}`);
    });
    expect(strange).toEqual([]);
  });
});
