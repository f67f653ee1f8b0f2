/** Where a command writes: results to stdout, everything else to stderr. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Resolves when stdout takes more; long outputs wait for it, so that they never pile up in memory. */
  readonly drained: () => Promise<void>;
  /** Whether stderr is a terminal that can be redrawn. */
  readonly interactive: boolean;
  readonly columns: () => number;
  readonly rows: () => number;
}

export function processTerminal(): Terminal {
  const out = tolerantWriter(process.stdout);
  const err = tolerantWriter(process.stderr);
  return {
    out: process.stdout.isTTY ? (text) => out.write(printable(text)) : out.write,
    err: err.write,
    drained: out.drained,
    interactive: process.stderr.isTTY,
    columns: () => process.stderr.columns ?? 80,
    rows: () => process.stderr.rows ?? 24,
  };
}

/** Controls but tab, line feed and a carriage return before one, and what reorders text. */
const OBEYED = /(?![\t\n\r])\p{Cc}|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|\r(?!\n)/gu;

/** Text that a terminal shows and does not obey: it may hold what a model wrote. Files and pipes get every character. */
export function printable(text: string): string {
  return text.replace(OBEYED, '\ufffd');
}

interface Writer {
  readonly write: (text: string) => void;
  readonly drained: () => Promise<void>;
}

/** A reader that has gone (`laconic export … | head`) is no error: what else is written goes nowhere. */
export function tolerantWriter(stream: NodeJS.WritableStream): Writer {
  let gone = false;
  stream.on('error', () => {
    gone = true;
    stream.emit('drain');
  });
  return {
    write: (text) => {
      if (!gone) stream.write(text);
    },
    drained: async () => {
      if (gone || !('writableNeedDrain' in stream) || stream.writableNeedDrain !== true) return;
      await new Promise<void>((resolve) => {
        stream.once('drain', resolve);
      });
    },
  };
}
