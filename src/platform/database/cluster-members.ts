import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isLivingStamp, processStamp } from './process-stamp.js';

/**
 * Who uses the shared cluster: one file per user of it in a folder, holding the process's stamp. A process that was
 * killed leaves its file; whoever counts next removes it. Call under the cluster's lock.
 */
export class ClusterMembers {
  private readonly folder: string;
  private readonly own: string;

  constructor(base: string) {
    this.folder = join(base, 'members');
    this.own = join(this.folder, `${process.pid}-${randomBytes(4).toString('hex')}`);
  }

  join(): void {
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(this.own, processStamp(process.pid) ?? '');
  }

  leave(): void {
    rmSync(this.own, { force: true });
  }

  living(): number {
    mkdirSync(this.folder, { recursive: true });
    const files = readdirSync(this.folder).map((name) => join(this.folder, name));
    const [dead, living] = [files.filter((file) => !isLivingFile(file)), files.filter(isLivingFile)];
    for (const file of dead) rmSync(file, { force: true });
    return living.length;
  }
}

function isLivingFile(file: string): boolean {
  try {
    return isLivingStamp(readFileSync(file, 'utf8'));
  } catch {
    return false;
  }
}
