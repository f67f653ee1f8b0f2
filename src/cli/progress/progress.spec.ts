import type { RunProgress } from '../../domain/index.js';
import { FakeTerminal } from '../testing.js';
import { count, duration, percent, truncated } from './format.js';
import { logLine, screenLines } from './lines.js';
import { ProgressMeter } from './meter.js';
import { ProgressView } from './progress-view.js';

function progress(done: number, changes: Partial<RunProgress> = {}): RunProgress {
  return {
    id: 'r',
    suite: 'demo',
    status: 'running',
    createdAt: '',
    startedAt: null,
    finishedAt: null,
    reason: null,
    progress: { done, total: 100 },
    shards: { done: Math.floor(done / 25), total: 4 },
    arms: [{ arm: 'baseline', done, total: 100, correct: Math.floor(done / 2), deliveredTokens: done * 200 }],
    ...changes,
  };
}

describe('ProgressMeter', () => {
  it('measures only what it saw being made', () => {
    const meter = new ProgressMeter();
    expect(meter.read(progress(50), 0).tokensPerSecond).toBeNaN();
    const reading = meter.read(progress(60), 5000);
    expect(reading.tokensPerSecond).toBeCloseTo(400, 6);
    expect(reading.secondsLeft).toBeCloseTo(20, 6);
  });

  it('follows the last seconds, not the whole run', () => {
    const meter = new ProgressMeter();
    for (let second = 0; second <= 60; second += 5) meter.read(progress(second), second * 1000);
    const fast = meter.read(progress(90), 61_000);
    expect(fast.tokensPerSecond).toBeGreaterThan(300);
  });

  it('knows no speed while nothing gets on', () => {
    const meter = new ProgressMeter();
    meter.read(progress(0), 0);
    const reading = meter.read(progress(0), 9000);
    expect(reading.secondsLeft).toBeNaN();
    expect(logLine(reading)).toContain('starting');
  });
});

describe('screenLines', () => {
  const reading = { progress: progress(40), tokensPerSecond: 1234, secondsLeft: 75 };

  it('shows samples, speed, time left and accuracy so far', () => {
    expect(screenLines(reading, { columns: 120, rows: 24 })).toEqual([
      '█████████░░░░░░░░░░░░░░░  40/100 samples  1,234 tokens/s  1 min 15 s left',
      '  baseline   40/100   50.0 % right     200 tokens each',
    ]);
  });

  it('never fills the width or height of the screen', () => {
    const arms = Array.from({ length: 50 }, (_, index) => ({ ...progress(40).arms[0]!, arm: `arm-${index}` }));
    const lines = screenLines({ ...reading, progress: progress(40, { arms }) }, { columns: 30, rows: 10 });
    expect(lines.length).toBeLessThan(10);
    expect(lines.at(-1)).toContain('50 arms');
    for (const line of lines) expect(Array.from(line).length).toBeLessThan(30);
  });

  it('strips control characters out of names', () => {
    const arms = [{ ...progress(40).arms[0]!, arm: 'a\u001B[2Jb\u0007' }];
    const text = screenLines({ ...reading, progress: progress(40, { arms }) }, { columns: 80, rows: 24 }).join('');
    expect(text).toContain('a [2Jb');
    for (const control of ['\u001B', '\u0007']) expect(text).not.toContain(control);
  });

  it.each([
    ['queued', 0, 'waiting for a worker'],
    ['running', 100, 'timing each arm alone'],
    ['completed', 100, 'completed'],
  ] as const)('says what goes on when the run is %s with %i samples', (status, done, words) => {
    expect(logLine({ ...reading, progress: progress(done, { status }) })).toContain(words);
  });
});

describe('ProgressView', () => {
  it('redraws in place on a terminal, one write a picture', () => {
    const terminal = new FakeTerminal(true);
    let now = 0;
    const view = new ProgressView(terminal, progress(0), () => now);
    now = 1000;
    view.update(progress(10));
    expect(terminal.stderr.startsWith('\r')).toBe(false);
    terminal.stderr = '';
    now = 2000;
    view.update(progress(20));
    expect(terminal.stderr.startsWith('\r\u001B[2A')).toBe(true);
    expect(terminal.stderr.match(/\n/g)).toHaveLength(2);
    terminal.stderr = '';
    view.update(progress(20));
    expect(terminal.stderr).toBe('');
    view.note('the database is back');
    expect(terminal.stderr.startsWith('\r\u001B[2Athe database is back')).toBe(true);
    view.end(progress(100));
    terminal.stderr = '';
    view.update(progress(100, { status: 'completed' }));
    expect(terminal.stderr.startsWith('\r')).toBe(false);
  });

  it('goes back over lines that a narrower window has wrapped', () => {
    const size = { columns: 100, rows: 24 };
    const terminal = new FakeTerminal(true, size);
    let now = 0;
    const view = new ProgressView(terminal, progress(0), () => now);
    now = 1000;
    view.update(progress(10));
    size.columns = 40;
    terminal.stderr = '';
    now = 2000;
    view.update(progress(20));
    expect(terminal.stderr.startsWith('\r\u001B[4A')).toBe(true);
  });

  it('writes one line per finished shard in a pipe', () => {
    const terminal = new FakeTerminal(false);
    const view = new ProgressView(terminal, progress(0), () => 0);
    for (const done of [10, 25, 30, 50, 75, 100]) view.update(progress(done));
    expect(terminal.stderr.match(/^shard \d\/4 /gm)).toEqual(['shard 1/4 ', 'shard 2/4 ', 'shard 3/4 ', 'shard 4/4 ']);
    expect(terminal.stderr).not.toContain('\u001B');
    expect(terminal.stderr).toContain('baseline 48.0 %');
  });
});

describe('format', () => {
  it('writes figures as people read them', () => {
    expect([duration(9.6), duration(200), duration(7500), duration(NaN)]).toEqual([
      '10 s',
      '3 min 20 s',
      '2 h 05 min',
      '–',
    ]);
    expect([count(1234.4), percent(0.914), percent(NaN)]).toEqual(['1,234', '91.4 %', '–']);
    expect([truncated('abcdef', 4), truncated('abc', 4)]).toEqual(['abc…', 'abc']);
  });
});
