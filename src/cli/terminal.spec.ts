import { ATTACK_STRINGS } from '../reporting/testing/attack-strings.js';
import { printable } from './terminal.js';

describe('printable', () => {
  it.each([...ATTACK_STRINGS, '\u009b2J', '\u001b[31mred', 'over\rwritten', '\u0007', '\u202e'])(
    'shows %j, and obeys nothing in it',
    (attack) => {
      expect(printable(attack)).not.toMatch(/(?![\t\n])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u);
    },
  );

  it('leaves lines, columns and letters of any script as they are', () => {
    const text = '{"thinking":"1\\n2"}\r\nnaïve\t× ± 中文 🙂\n';
    expect(printable(text)).toBe(text);
  });
});
