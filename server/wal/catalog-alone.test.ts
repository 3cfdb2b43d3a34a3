import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { Fault } from '../errors/fault.ts';
import { openLoader } from './loader.ts';
import type { Log } from './log.ts';
import type { LogBatch } from './open-segment.ts';
import { putBack } from './put-back.ts';
import {
  batch,
  block,
  FaultyDisk,
  MemorySink,
  NO_WAITING,
  openTestLog,
  temporaryHome,
  textsIn,
} from './wal.fixture.ts';

/* What comes apart from its span may come without any: such a block has no spans beside its catalog. */

const REFUSED = new Fault('internal', 'the engine refuses it');

const alone = (text: string): LogBatch => ({ rows: 0, spans: [], catalog: [block(text)] });

async function drainCatalogs(log: Log): Promise<string[]> {
  const texts: string[] = [];
  for (let one = await log.next(NO_WAITING); one !== undefined; one = await log.next(NO_WAITING)) {
    if (one.catalogPath !== undefined) texts.push(...textsIn(one.catalogPath));
    await log.discard(one);
  }
  return texts;
}

async function load(log: Log, sink: MemorySink): Promise<void> {
  const loader = openLoader({
    log,
    sink,
    attemptTimeoutMs: 1_000,
    onEvent: () => undefined,
    pause: () => Promise.resolve(),
  });
  await loader.close({ drainMs: 5_000 });
}

it('is durable when its append resolves: a second log on a copy of the moment finds it', async () => {
  const home = temporaryHome();
  const { log } = await openTestLog(home);
  await log.append(alone('one'));
  await log.append(alone('two'));
  expect(log.stats()).toMatchObject({ rows: 0, segments: 1 });
  const { log: after } = await openTestLog(home);
  expect(after.stats()).toMatchObject({ rows: 0, segments: 1 });
  expect(await drainCatalogs(after)).toEqual(['one', 'two']);
});

it('is sealed by age like spans, and loaded in its turn', async () => {
  const { log } = await openTestLog({ ...temporaryHome(), segmentMaxAgeMs: 5 });
  await log.append(alone('one'));
  const segment = await log.next(new AbortController().signal);
  expect(segment).toMatchObject({ rows: 0 });
  await log.discard(segment!);
  expect(log.stats()).toMatchObject({ bytes: 0, segments: 0 });

  await log.append(alone('two'));
  await log.seal();
  await log.append({ ...batch('spans'), catalog: [block('three')] });
  const sink = new MemorySink();
  await load(log, sink);
  expect([sink.catalog, sink.spans]).toEqual([['two', 'three'], ['spans']]);
});

it('outlives an append after it that the disk refuses', async () => {
  const home = temporaryHome();
  const disk = new FaultyDisk();
  const { log } = await openTestLog({ ...home, disk });
  await log.append(alone('one'));
  disk.roomBytes = 10;
  await expect(log.append(alone('torn'))).rejects.toMatchObject({ code: 'unavailable' });
  disk.roomBytes = Infinity;
  await log.append(alone('two'));
  await log.seal();
  expect(await drainCatalogs(log)).toEqual(['one', 'two']);
});

it('that was never durable leaves no segment', async () => {
  const home = temporaryHome();
  const disk = new FaultyDisk();
  const { log } = await openTestLog({ ...home, disk });
  await log.append(alone('one'));
  await log.seal();
  await drainCatalogs(log);
  disk.roomBytes = 10;
  await expect(log.append(alone('torn'))).rejects.toMatchObject({ code: 'unavailable' });
  expect(log.stats()).toMatchObject({ bytes: 0, segments: 0 });
  expect(readdirSync(home.directory)).toEqual(['log.json']);
});

it('is set aside when it is refused, the others are loaded, and it can be put back', async () => {
  const home = temporaryHome();
  const { log } = await openTestLog(home);
  for (const text of ['one', 'poison', 'three']) await log.append(alone(text));
  await log.seal();
  const sink = new MemorySink();
  sink.failure = (texts) => (texts.includes('poison') ? { fault: REFUSED } : undefined);
  await load(log, sink);
  await log.close();
  expect(sink.catalog).toEqual(['one', 'three']);
  expect(readdirSync(home.setAsideDirectory).filter((name) => name.endsWith('.catalog'))).toHaveLength(1);

  expect(await putBack(home)).toMatchObject([{ obstacle: undefined }]);
  sink.failure = () => undefined;
  const { log: after } = await openTestLog(home);
  await load(after, sink);
  expect(sink.catalog).toEqual(['one', 'three', 'poison']);
});
