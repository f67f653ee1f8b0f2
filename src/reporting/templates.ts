import Handlebars from 'handlebars';
import { LaconicError } from '../domain/index.js';
import { readReportFile } from './assets.js';
import { markupText } from './markup.js';

/** The template environment of the reports; nothing is shared with other users of Handlebars. */
export interface ReportTemplates {
  page(view: unknown): string;
  trace(view: unknown): string;
  catalogue(view: unknown): string;
  compression(view: unknown): string;
  comparison(view: unknown): string;
}

const PARTIALS = [
  'arm',
  'arms',
  'badge',
  'chips',
  'compared-arms',
  'compared-items',
  'distributions',
  'figure-link',
  'flips',
  'heat',
  'provenance',
  'reading',
  'routes',
  'thinking',
  'token-skip',
  'trace',
  'traces',
  'verdicts',
  'where',
] as const;

/** Unknown names are errors: `strict` covers plain output, the helpers below cover their arguments. */
const OPTIONS = {
  strict: true,
  knownHelpersOnly: true,
  knownHelpers: { markup: true, if: true, unless: true, each: true },
  preventIndent: true,
} as const;

export function loadTemplates(): ReportTemplates {
  const environment = Handlebars.create();
  environment.registerHelper('markup', (value: unknown) => new environment.SafeString(markupText(value)));
  guardBlock(environment, 'if');
  guardBlock(environment, 'unless');
  guardBlock(environment, 'each');
  for (const name of PARTIALS) environment.registerPartial(name, environment.compile(source(name), OPTIONS));
  const page = environment.compile(source('report'), OPTIONS);
  const trace = environment.compile(source('trace'), OPTIONS);
  const catalogue = environment.compile(source('catalogue'), OPTIONS);
  const compression = environment.compile(source('compression'), OPTIONS);
  const comparison = environment.compile(source('comparison'), OPTIONS);
  return {
    page: (view) => page(view),
    trace: (view) => trace(view),
    catalogue: (view) => catalogue(view),
    compression: (view) => compression(view),
    comparison: (view) => comparison(view),
  };
}

function source(name: string): string {
  const text = readReportFile(`templates/${name}.hbs`);
  if (/\{\{\{|\{\{\s*&/.test(text)) {
    throw new LaconicError('internal', `reports/templates/${name}.hbs prints something unescaped.`, {
      hint: 'Use {{…}}, or {{markup …}} for markup that the chart modules make.',
    });
  }
  return text;
}

/** The built-in block helpers take undefined for false or empty; a misspelt field must not vanish like that. */
function guardBlock(environment: typeof Handlebars, name: 'if' | 'unless' | 'each'): void {
  const original = environment.helpers[name];
  environment.registerHelper(name, function guarded(this: unknown, value: unknown, options: Handlebars.HelperOptions) {
    if (value === undefined || original === undefined) {
      throw new LaconicError('internal', `A report template asks {{#${name}}} about a field that does not exist.`, {
        hint: 'This is a defect of the report’s templates.',
      });
    }
    return original.call(this, value, options) as unknown;
  });
}
