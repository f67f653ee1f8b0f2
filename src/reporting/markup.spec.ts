import * as fc from 'fast-check';
import { concat, element, escapeHtml, jsonData, markupText, trustedAsset } from './markup.js';

describe('markup', () => {
  it('escapes attribute values and text children when they hold markup', () => {
    const made = element('text', { class: '"><script>', x: 1.234 }, '<b>&', 2);
    expect(markupText(made)).toBe('<text class="&quot;&gt;&lt;script&gt;" x="1.23">&lt;b&gt;&amp;2</text>');
  });

  it('passes nested trusted markup through unescaped', () => {
    expect(markupText(concat(element('g', {}, element('line', { x1: 0 })), ' & '))).toBe(
      '<g><line x1="0"/></g> &amp; ',
    );
  });

  it('leaves out an attribute when it is null or false', () => {
    expect(markupText(element('g', { hidden: null, focusable: false, open: true }))).toBe('<g open=""></g>');
  });

  it.each(['style', 'onclick', 'ONload', 'x y', '"'])('refuses %s as a name', (name) => {
    expect(() => element('g', { [name]: '1' })).toThrow('may not be written');
  });

  it('takes no look-alike for trusted markup', () => {
    for (const value of ['<b>', { text: '<b>' }, { trusted: true, text: '<b>' }, null, undefined]) {
      expect(() => markupText(value)).toThrow('only trusted markup');
    }
  });

  it('refuses an asset that would end its own element', () => {
    expect(() => trustedAsset('a</ScRiPt>b', 'script')).toThrow('end tag');
  });

  it('writes JSON that cannot leave its data block and reads back unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const written = markupText(jsonData({ text, hostile: '</script><!--' }));
        expect(written).not.toContain('<');
        expect(JSON.parse(written)).toEqual({ text, hostile: '</script><!--' });
      }),
    );
  });

  it('escapes every character that could leave text or a quoted attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeHtml(text)).not.toMatch(/[<>"']/);
      }),
    );
  });
});
