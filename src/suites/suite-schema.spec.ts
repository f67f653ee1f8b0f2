import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suiteJsonSchema } from '../domain/index.js';

describe('docs/suite.schema.json', () => {
  it('is what the validating schema generates', () => {
    const path = join(__dirname, '../../docs/suite.schema.json');
    const generated = `${JSON.stringify(suiteJsonSchema(), null, 2)}\n`;
    expect(readFileSync(path, 'utf8')).toBe(generated);
  });

  it('describes the parameters of every technique and refuses unknown keys', () => {
    const schema = JSON.stringify(suiteJsonSchema());
    for (const word of [
      '"const":"nowait"',
      '"const":"budget"',
      '"const":"nothinking"',
      '"additionalProperties":false',
    ]) {
      expect(schema).toContain(word);
    }
  });
});
