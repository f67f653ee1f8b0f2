import { TECHNIQUES, type TechniqueEntry } from '../../domain/index.js';
import { renderCatalogue } from './render-catalogue.js';

const HOSTILE = '"><img src=x onerror=alert(1)>';

/** Character references as a browser reads them. */
function unescaped(html: string): string {
  const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', amp: '&' };
  return html.replaceAll(/&(?:#x([0-9a-f]+)|(\w+));/gi, (_all, code?: string, name?: string) =>
    code === undefined ? (named[name ?? ''] ?? '') : String.fromCodePoint(Number.parseInt(code, 16)),
  );
}

describe('renderCatalogue', () => {
  const page = renderCatalogue(TECHNIQUES);

  it.each(TECHNIQUES)('says everything about $name', (entry) => {
    const section = page.slice(page.indexOf(`<section id="${entry.name}">`));
    const own = unescaped(section.slice(0, section.indexOf('</section>')));
    const texts = [
      entry.summary,
      entry.source,
      entry.mode,
      entry.faithfulTo,
      entry.ledgerColumns.join(', '),
      ...(entry.prompt === null ? [] : [entry.prompt]),
      ...entry.differences,
      ...entry.parameters.flatMap(({ name, range, description }) => [name, range, description]),
      ...entry.publishedFigures.flatMap(({ model, benchmark, figure }) => [model, benchmark, figure]),
    ];
    for (const text of texts) expect(own).toContain(text);
    expect(own.includes('Published figures, not measured here')).toBe(entry.publishedFigures.length > 0);
  });

  it('shows one technique alone, without the list', () => {
    const [entry] = TECHNIQUES.filter(({ name }) => name === 'lc-prompt');
    const alone = renderCatalogue(entry ? [entry] : []);
    expect(alone).toContain('<h1>lc-prompt</h1>');
    expect(alone).not.toContain('All techniques');
    expect(alone).not.toContain('id="budget"');
  });

  it('escapes whatever an entry says, and has no script', () => {
    const [entry] = TECHNIQUES;
    const hostile = { ...entry, summary: HOSTILE, source: HOSTILE, prompt: HOSTILE, differences: [HOSTILE] };
    const attacked = renderCatalogue([hostile as TechniqueEntry]);
    expect(attacked).not.toContain('<img');
    expect(attacked).not.toContain('<script');
    expect(unescaped(attacked)).toContain(HOSTILE);
  });
});
