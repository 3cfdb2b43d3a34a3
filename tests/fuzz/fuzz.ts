import { randomInt } from 'node:crypto';
import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker, isMainThread, workerData } from 'node:worker_threads';
import { FuzzBodies } from './bodies.ts';
import type { BlockCheck } from './block-check.ts';
import { BODY_KIND_NAMES, type BodyKind, isBodyKind } from './body-kinds.ts';
import { DecoderCheck } from './decoder-check.ts';
import { FrameCheck } from './frame-check.ts';

/** Bodies whose spans make one block; it is encoded, compared, read by the engine and begun anew. */
const BODIES_PER_BLOCK = 2000;
/** Damaged segments among the bodies. */
const BODIES_PER_SEGMENT = 20;
const BODIES_PER_LOOK = 500;
/** A line of its own where there is no terminal, so not too often. */
const PROGRESS_MS = process.stdout.isTTY ? 200 : 20_000;
/** A body that takes this long never ends. */
const HANG_MS = 20_000;
const USAGE = `npm run fuzz -- [--count N] [--seed TEXT] [--only KIND]... [--replay FILE]
--count is of each kind; --replay takes the kind from the file's ending or from --only; kinds are
${BODY_KIND_NAMES.join(', ')}`;

interface Plan {
  readonly seed: string;
  /** Of each kind. */
  readonly count: number;
  readonly kinds: readonly BodyKind[];
  /** The kind and the body under way by their numbers, for whoever watches. */
  readonly at: Int32Array;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '1000000' },
      seed: { type: 'string', default: String(randomInt(1e9)) },
      only: { type: 'string', multiple: true, default: [] },
      replay: { type: 'string' },
    },
  });
  const count = Number(values.count);
  const only = values.only.filter(isBodyKind);
  const kinds = only.length === 0 ? BODY_KIND_NAMES : only;
  const kind = kindOf(values.replay ?? '', only);
  const isKnown = only.length === values.only.length && (values.replay === undefined || kind !== undefined);
  if (!Number.isInteger(count) || count < 1 || !isKnown) {
    console.error(USAGE);
    process.exitCode = 2;
    return;
  }
  const blocks = await openBlockCheck();
  if (values.replay !== undefined) await replay(values.replay, kind!, blocks);
  else await run({ seed: values.seed, count, kinds, at: new Int32Array(new SharedArrayBuffer(8)) }, blocks);
  blocks.close();
}

/** The engine may be loaded by one thread of a process only. */
async function openBlockCheck(): Promise<BlockCheck> {
  const module = await import('./block-check.ts');
  return new module.BlockCheck();
}

function kindOf(path: string, only: readonly BodyKind[]): BodyKind | undefined {
  const ending = extname(path).slice(1);
  return only[0] ?? (isBodyKind(ending) ? ending : undefined);
}

/** One body from a file. */
async function replay(path: string, kind: BodyKind, blocks: BlockCheck): Promise<void> {
  const check = new DecoderCheck(kind);
  check.checkTwice(readFileSync(path));
  const { refused, rows, fragments } = check;
  for (const block of check.take()) await blocks.check(block);
  const kept = `${rows} rows, ${fragments} events and links apart`;
  console.log(`${basename(path)}: ${refused > 0 ? 'refused cleanly' : kept}`);
}

async function run(plan: Plan, blocks: BlockCheck): Promise<void> {
  console.log(`seed ${plan.seed}: ${plan.count.toLocaleString('en')} bodies of each kind`);
  const started = performance.now();
  const watcher = new Worker(new URL(import.meta.url), { workerData: plan });
  try {
    for (const [number, kind] of plan.kinds.entries()) {
      Atomics.store(plan.at, 0, number);
      await runKind(kind, plan, blocks);
    }
    console.log(`\nno failure in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  } catch (thrown) {
    tellFailure(plan, thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
    process.exitCode = 1;
  }
  await watcher.terminate();
}

/** Throws an Error for what fails. */
async function runKind(kind: BodyKind, { seed, count, at }: Plan, blocks: BlockCheck): Promise<void> {
  const bodies = new FuzzBodies(seed, kind);
  const check = new DecoderCheck(kind);
  const frames = new FrameCheck();
  const progress = new Progress(kind, count);
  for (let done = 0; done < count;) {
    Atomics.store(at, 1, done);
    check.check(bodies.at(done));
    if (done % BODIES_PER_SEGMENT === 0) frames.check(done);
    done++;
    if (done === count || done % BODIES_PER_BLOCK === 0) {
      for (const block of check.take()) {
        progress.add(block);
        await blocks.check(block);
      }
    }
    if (done === count || done % BODIES_PER_LOOK === 0) progress.show(done, check, done === count);
  }
}

/** Tells how far the bodies of one kind are, and what became of them. */
class Progress {
  readonly #kind: BodyKind;
  readonly #count: number;
  readonly #started = performance.now();
  #shownMs = -Infinity;
  #rows = 0;
  #fragments = 0;

  constructor(kind: BodyKind, count: number) {
    this.#kind = kind;
    this.#count = count;
  }

  add({ rows, fragments }: { readonly rows: number; readonly fragments: number }): void {
    this.#rows += rows;
    this.#fragments += fragments;
  }

  show(done: number, { refused, rejected }: DecoderCheck, isLast: boolean): void {
    const now = performance.now();
    if (!isLast && now - this.#shownMs < PROGRESS_MS) return;
    const isFirst = this.#shownMs === -Infinity;
    this.#shownMs = now;
    const perSecond = Math.round((done / (now - this.#started)) * 1000);
    const figures = [
      `${this.#kind}: ${done.toLocaleString('en')} of ${this.#count.toLocaleString('en')}`,
      `${perSecond.toLocaleString('en')} a second`,
      `${Math.round((refused / done) * 100)} % refused`,
      `${rejected.toLocaleString('en')} parts of others refused`,
      `${this.#rows.toLocaleString('en')} rows`,
      ...(this.#fragments > 0 ? [`${this.#fragments.toLocaleString('en')} events and links apart`] : []),
    ];
    process.stdout.write(`${process.stdout.isTTY && !isFirst ? '\r' : '\n'}${figures.join(', ')}`);
  }
}

/** In a thread of its own: the work does not come to an end that it could be told from. */
function watchForHang(plan: Plan): void {
  let last = '';
  let movedMs = performance.now();
  setInterval(() => {
    const now = plan.at.join(' ');
    if (now !== last) {
      last = now;
      movedMs = performance.now();
    } else if (performance.now() - movedMs > HANG_MS) {
      tellFailure(plan, 'it has no end');
      process.kill(process.pid, 'SIGKILL');
    }
  }, 1000);
}

/** Written at once: the process may be at its end. */
function tellFailure(plan: Plan, failure: string): void {
  const kind = plan.kinds[Atomics.load(plan.at, 0)]!;
  const index = Atomics.load(plan.at, 1);
  const path = join(tmpdir(), `spanhouse-fuzz-${plan.seed}-${index}.${kind}`);
  writeFileSync(path, new FuzzBodies(plan.seed, kind).at(index));
  const lines = [
    `\n${kind} ${index} of seed ${plan.seed}: ${failure}`,
    `it is in ${path}; again: npm run fuzz -- --replay ${path}`,
    `with those before it: npm run fuzz -- --seed ${plan.seed} --only ${kind} --count ${index + 1}`,
  ];
  writeSync(process.stderr.fd, `${lines.join('\n')}\n`);
}

if (isMainThread) await main();
else watchForHang(workerData as Plan);
