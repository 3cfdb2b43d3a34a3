import { fork } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerOf } from '../child.ts';
import type { ChildTask } from './child.ts';
import { BASE, LAYOUTS } from './layout.ts';
import type { Load } from './loads.ts';
import { LOADS } from './loads.ts';
import type { LayoutResult } from './measure-layout.ts';
import { presentLayout } from './present-layout.ts';
import { makeSegments } from './segments.ts';

export interface LayoutOptions {
  readonly spans: number;
  readonly layouts: readonly string[];
  readonly loads: readonly Load['name'][];
  readonly runs: number;
}

/** Compares layouts one after the other; each prints as soon as it is done. */
export async function benchLayouts(options: LayoutOptions): Promise<LayoutResult[]> {
  const names = options.layouts.length > 0 ? options.layouts : Object.keys(LAYOUTS);
  const results: LayoutResult[] = [];
  for (const load of options.loads) {
    for (const layout of names) {
      const rows = (LAYOUTS[layout] ?? BASE).segmentRows;
      const root = join(tmpdir(), 'spanhouse-segments');
      const segments = await makeSegments(LOADS[load], { spans: options.spans, rows }, root);
      const result = await runChild({ layout, load, segments, runs: options.runs });
      console.log(presentLayout(result));
      results.push(result);
    }
  }
  return results;
}

async function runChild(task: ChildTask): Promise<LayoutResult> {
  const child = fork(new URL('./child.js', import.meta.url));
  child.send(task);
  return answerOf<LayoutResult>(child, task.layout);
}
