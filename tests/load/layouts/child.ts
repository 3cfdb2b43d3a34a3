import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '../database.ts';
import { LAYOUTS } from './layout.ts';
import type { Load } from './loads.ts';
import { LOADS } from './loads.ts';
import { measureLayout } from './measure-layout.ts';

/** What the parent asks of a child: one layout, in a process and a directory of its own. */
export interface ChildTask {
  readonly layout: string;
  readonly load: Load['name'];
  readonly segments: readonly string[];
  readonly runs: number;
}

process.once('message', (task: ChildTask) => {
  void measure(task);
});

async function measure({ layout, load, segments, runs }: ChildTask): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'spanhouse-layout-'));
  const database = new Database(directory);
  try {
    const result = await measureLayout(database, layout, LAYOUTS[layout]!, LOADS[load], segments, runs);
    process.send!(result, () => {
      process.disconnect();
    });
  } finally {
    database.close();
    rmSync(directory, { recursive: true, force: true });
  }
}
