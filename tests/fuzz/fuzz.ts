import { randomInt } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { type FuzzBody, FuzzBodies } from './bodies.ts';
import { DecoderCheck } from './decoder-check.ts';
import { FrameCheck } from './frame-check.ts';
import type { BodyKind } from './mutate.ts';

/** Bodies whose spans make one block; it is encoded, compared and begun anew. */
const BODIES_PER_BLOCK = 2000;
/** Damaged segments among the bodies. */
const BODIES_PER_SEGMENT = 20;
const BODIES_PER_REPORT = 500;
/** A line of its own where there is no terminal, so not too often. */
const PROGRESS_MS = process.stdout.isTTY ? 200 : 20_000;
/** A body that takes this long never ends. */
const HANG_MS = 20_000;
const USAGE = `npm run fuzz -- [--count N] [--seed TEXT] [--only protobuf|json] [--replay FILE]`;

interface Plan {
  readonly seed: string;
  readonly count: number;
  readonly only: BodyKind | undefined;
  /** The body under way, for whoever watches. */
  readonly at: Int32Array;
}

/** What the worker tells. */
interface Report {
  readonly done: number;
  readonly refused: number;
  readonly rows: number;
  readonly failure?: string;
}

if (isMainThread) main();
else work(workerData as Plan);

function main(): void {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '1000000' },
      seed: { type: 'string', default: String(randomInt(1e9)) },
      only: { type: 'string' },
      replay: { type: 'string' },
    },
  });
  const count = Number(values.count);
  const only = values.only;
  if (!Number.isInteger(count) || count < 1 || (only !== undefined && !isBodyKind(only))) {
    console.error(USAGE);
    process.exitCode = 2;
  } else if (values.replay !== undefined) replay(values.replay);
  else watch({ seed: values.seed, count, only, at: new Int32Array(new SharedArrayBuffer(4)) });
}

function isBodyKind(text: string): text is BodyKind {
  return text === 'protobuf' || text === 'json';
}

/** One body from a file, whose ending tells its kind. */
function replay(path: string): void {
  const kind = path.endsWith('.json') ? 'json' : 'protobuf';
  const check = new DecoderCheck();
  check.check({ kind, bytes: readFileSync(path) });
  const { rows } = check.take();
  console.log(`${basename(path)}: ${check.refused > 0 ? 'refused cleanly' : `${rows} rows`}`);
}

/** Runs the work in a thread of its own, so that a body without an end can be told. */
function watch(plan: Plan): void {
  console.log(`seed ${plan.seed}: ${plan.count.toLocaleString('en')} bodies`);
  const started = performance.now();
  let lastAt = -1;
  let movedMs = started;
  const worker = new Worker(new URL(import.meta.url), { workerData: plan });
  const watchdog = setInterval(() => {
    const at = Atomics.load(plan.at, 0);
    if (at !== lastAt) {
      lastAt = at;
      movedMs = performance.now();
    } else if (performance.now() - movedMs > HANG_MS) finish(`body ${at} has no end`);
  }, 1000);

  const finish = (failure?: string): void => {
    clearInterval(watchdog);
    void worker.terminate();
    const seconds = (performance.now() - started) / 1000;
    if (failure === undefined) console.log(`\nno failure in ${seconds.toFixed(1)} s`);
    else tellFailure(plan, failure);
  };
  let shownMs = 0;
  worker.on('message', (report: Report) => {
    const isLast = report.failure !== undefined || report.done === plan.count;
    if (isLast || performance.now() - shownMs > PROGRESS_MS) {
      shownMs = performance.now();
      showProgress(plan, report, started);
    }
    if (isLast) finish(report.failure);
  });
  worker.on('error', (error) => {
    finish(error.stack);
  });
}

function showProgress({ count }: Plan, { done, refused, rows }: Report, startedMs: number): void {
  const speed = Math.round((done / (performance.now() - startedMs)) * 1000);
  const figures = [
    `${done.toLocaleString('en')} of ${count.toLocaleString('en')}`,
    `${speed.toLocaleString('en')} a second`,
    `${Math.round((refused / Math.max(1, done)) * 100)} % refused`,
    `${rows.toLocaleString('en')} rows`,
  ];
  process.stdout.write(`${process.stdout.isTTY ? '\r' : '\n'}${figures.join(', ')}`);
}

function tellFailure(plan: Plan, failure: string): void {
  const index = Atomics.load(plan.at, 0);
  const { kind, bytes } = new FuzzBodies(plan.seed, plan.only).at(index);
  const path = join(tmpdir(), `spanhouse-fuzz-${plan.seed}-${index}.${kind === 'json' ? 'json' : 'pb'}`);
  writeFileSync(path, bytes);
  console.error(`\nbody ${index} of seed ${plan.seed}: ${failure}`);
  console.error(`it is in ${path}; again: npm run fuzz -- --replay ${path}`);
  console.error(`with those before it: npm run fuzz -- --seed ${plan.seed} --count ${index + 1}`);
  process.exitCode = 1;
}

function work(plan: Plan): void {
  const bodies = new FuzzBodies(plan.seed, plan.only);
  const check = new DecoderCheck();
  const frames = new FrameCheck();
  let rows = 0;
  for (let done = 0; done < plan.count; done++) {
    Atomics.store(plan.at, 0, done);
    const failure = failureOf(bodies.at(done), check) ?? frameFailure(frames, done);
    if (check.rows > 0 && done % BODIES_PER_BLOCK === 0) rows += check.take().rows;
    const report: Report = { done: done + 1, refused: check.refused, rows: rows + check.rows };
    if (failure !== undefined) {
      parentPort!.postMessage({ ...report, failure });
      return;
    }
    if (report.done % BODIES_PER_REPORT === 0 || report.done === plan.count) parentPort!.postMessage(report);
  }
}

function failureOf(body: FuzzBody, check: DecoderCheck): string | undefined {
  return failure(() => {
    check.check(body);
  });
}

function frameFailure(frames: FrameCheck, seed: number): string | undefined {
  if (seed % BODIES_PER_SEGMENT !== 0) return undefined;
  return failure(() => {
    frames.check(seed);
  });
}

function failure(run: () => void): string | undefined {
  try {
    run();
    return undefined;
  } catch (thrown) {
    return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  }
}
