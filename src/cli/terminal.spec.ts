import { ATTACK_STRINGS } from '../reporting/testing/attack-strings.js';
import { printable } from './terminal.js';

describe('printable', () => {
  it.each([...ATTACK_STRINGS, '\u009b2J', '\u001b[31mred', 'over\rwritten', '\u0007', '\u202e'])(
    'shows %j, and obeys nothing in it',
    (attack) => {
      // eslint-disable-next-line no-control-regex
      expect(printable(attack)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    },
  );

  it('leaves lines, columns and letters of any script as they are', () => {
    const text = '{"thinking":"1\\n2"}\r\nnaïve\t× ± 中文 🙂\n';
    expect(printable(text)).toBe(text);
  });
});
