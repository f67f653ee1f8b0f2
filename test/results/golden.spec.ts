import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { armTable, formatTable } from '../../src/results/arm-table.js';
import { assembleResult } from '../../src/results/assemble.js';
import { resultMarkdown } from '../../src/results/markdown.js';
import { resultDifferences, resultJson } from '../../src/results/result-json.js';
import { simulatedSamples, someStoredRun } from '../../src/results/testing.js';

const GOLDEN = join(__dirname, 'golden');

/** Set LACONIC_UPDATE_GOLDEN=1 to write the files anew; the change then shows in review. */
async function golden(name: string, text: string): Promise<string> {
  const path = join(GOLDEN, name);
  if (process.env['LACONIC_UPDATE_GOLDEN'] === '1') await writeFile(path, text);
  return readFile(path, 'utf8');
}

describe('the result of a small run', () => {
  const result = assembleResult(someStoredRun({ items: 20 }), simulatedSamples({ items: 20 }), new Map());

  it('has not changed', async () => {
    const text = resultJson(await result);
    expect(resultDifferences(JSON.parse(await golden('result.golden', text)), await result)).toEqual([]);
  });

  it('prints the same tables', async () => {
    const table = formatTable(armTable(await result));
    expect(table).toBe(await golden('arms.golden', table));
    const markdown = resultMarkdown(await result);
    expect(markdown).toBe(await golden('markdown.golden', markdown));
  });
});
