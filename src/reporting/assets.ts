import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { trustedAsset, type TrustedMarkup } from './markup.js';

/** `reports/` of the package; this file lies two levels below its root, in src as in dist. */
const REPORTS_DIRECTORY = new URL('../../reports/', import.meta.url);

export interface ReportAssets {
  readonly style: TrustedMarkup;
  readonly script: TrustedMarkup;
  /** Value of the Content-Security-Policy meta element. */
  readonly policy: string;
}

export function readReportFile(path: string): string {
  return readFileSync(fileURLToPath(new URL(path, REPORTS_DIRECTORY)), 'utf8');
}

/** Scripts of our pages, under assets. */
export type ReportScript = 'report.js' | 'comparison.js';

/**
 * The one style sheet and the one script of a page, and the policy that allows exactly these two.
 * A hash covers the element's text byte for byte, so the templates print the assets without any space around them.
 */
export function loadAssets(name: ReportScript): ReportAssets {
  const style = readReportFile('assets/report.css').trim();
  const script = readReportFile(`assets/${name}`).trim();
  return {
    style: trustedAsset(style, 'style'),
    script: trustedAsset(script, 'script'),
    policy: [
      "default-src 'none'",
      `style-src '${sourceHash(style)}'`,
      `script-src '${sourceHash(script)}'`,
      "base-uri 'none'",
      "form-action 'none'",
    ].join('; '),
  };
}

function sourceHash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
