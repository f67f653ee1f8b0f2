import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

const RUNNER = join(__dirname, '..', 'support', 'run-typescript.cjs');
const SCRIPT = join(__dirname, '..', 'support', 'cluster-user.ts');

/** A process of its own that uses the embedded database of `home` (test/support/cluster-user.ts). */
export class ClusterUser {
  private readonly child: ChildProcess;
  private text = '';
  private changed: () => void = () => {};
  private readonly closed: Promise<void>;

  constructor(home: string) {
    this.child = spawn(process.execPath, [RUNNER, SCRIPT, home], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.text += text;
      this.changed();
    });
    this.closed = new Promise((resolve) => this.child.once('close', () => resolve()));
    void this.closed.then(() => this.changed());
  }

  get output(): string {
    return this.text;
  }

  /** Its URL, once it has one. */
  async url(): Promise<string> {
    return this.first(/^url: (.*)$/m);
  }

  /** The first match's group; throws when the process ends without it. One caller at a time. */
  async first(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = pattern.exec(this.text);
      if (found) return found[1] ?? '';
      if (this.child.exitCode !== null || this.child.signalCode !== null)
        throw new Error(`ended without ${pattern}:\n${this.text}`);
      await new Promise<void>((resolve) => {
        this.changed = resolve;
      });
    }
  }

  async leave(): Promise<void> {
    this.child.stdin?.end();
    await this.closed;
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.closed;
  }
}
