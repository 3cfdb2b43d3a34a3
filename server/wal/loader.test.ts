import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as tick, setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Fault } from '../errors/fault.ts';
import type { Loader } from './loader.ts';
import { openLoader } from './loader.ts';
import type { Log } from './log.ts';
import type { WalEvent } from './wal-event.ts';
import {
  batch,
  block,
  FaultyDisk,
  MemorySink,
  openTestLog,
  setAsideTexts,
  temporaryHome,
} from './wal.fixture.ts';

const AWAY = new Fault('unavailable', 'the engine is away');
const REFUSED = new Fault('internal', 'the engine refuses it', { cause: new Error('Code: 27') });

interface TestLoader {
  readonly loader: Loader;
  readonly pausesMs: number[];
  readonly events: WalEvent[];
}

/** Pauses only as long as others need to have their turn. */
function openTestLoader(log: Log, sink: MemorySink): TestLoader {
  const pausesMs: number[] = [];
  const events: WalEvent[] = [];
  const loader = openLoader({
    log,
    sink,
    attemptTimeoutMs: 1_000,
    onEvent: (event) => events.push(event),
    random: () => 0,
    pause: async (ms) => {
      pausesMs.push(ms);
      await tick();
    },
  });
  return { loader, pausesMs, events };
}

async function appendSegments(log: Log, segments: readonly (readonly string[])[]): Promise<void> {
  for (const texts of segments) {
    for (const text of texts) await log.append(batch(text, 2));
    await log.seal();
  }
}

describe('the loader', () => {
  it('loads in order, once each, and removes the files', async () => {
    const home = temporaryHome();
    const { log } = await openTestLog(home);
    const sink = new MemorySink();
    await appendSegments(log, [['a', 'b'], ['c']]);
    const { loader, events } = openTestLoader(log, sink);
    await log.append({ ...batch('d'), catalog: [block('catalog')] });
    await loader.close({ drainMs: 5_000 });
    expect(sink.spans).toEqual(['a', 'b', 'c', 'd']);
    expect(sink.catalog).toEqual(['catalog']);
    expect(sink.attempts.map(({ retry }) => retry)).toEqual([false, false, false]);
    expect(readdirSync(home.directory)).toEqual(['log.json']);
    expect(events.map((event) => event.kind)).toEqual(['loaded', 'loaded', 'loaded']);
    expect(loader.stats()).toEqual({
      loadedSegments: 3,
      loadedRows: 7,
      failures: 0,
      lastFault: undefined,
      isHolding: false,
    });
  });

  it('loads what is appended while it is idle, once it is old enough', async () => {
    const { log } = await openTestLog({ ...temporaryHome(), segmentMaxAgeMs: 20 });
    const sink = new MemorySink();
    const { loader } = openTestLoader(log, sink);
    await log.append(batch('a'));
    await vi.waitFor(() => {
      expect(sink.spans).toEqual(['a']);
    });
    await loader.close({ drainMs: 0 });
  });

  it('finds one large segment rather than many small ones after it was busy', async () => {
    const { log } = await openTestLog({ ...temporaryHome(), segmentMaxAgeMs: 1 });
    const sink = new MemorySink();
    let finish: () => void = () => undefined;
    const load = sink.load.bind(sink);
    sink.load = async (...of) => {
      if (sink.attempts.length === 0) await new Promise<void>((resolve) => (finish = resolve));
      await load(...of);
    };
    const { loader } = openTestLoader(log, sink);
    await log.append(batch('a'));
    await sleep(20);
    for (const text of ['b', 'c', 'd']) {
      await log.append(batch(text));
      await sleep(5);
    }
    finish();
    await loader.close({ drainMs: 5_000 });
    expect(sink.spans).toEqual(['a', 'b', 'c', 'd']);
    expect(sink.tokens).toHaveLength(2);
  });

  it('tries the same segment for ever while the engine is away, with growing pauses', async () => {
    const { log } = await openTestLog(temporaryHome());
    const sink = new MemorySink();
    sink.failure = (_, attempt) =>
      attempt <= 8 ? { fault: attempt % 2 ? AWAY : new Fault('too-slow', 'too slow') } : undefined;
    await appendSegments(log, [['a'], ['b']]);
    const { loader, pausesMs } = openTestLoader(log, sink);
    await vi.waitFor(() => {
      expect(sink.spans).toEqual(['a', 'b']);
    });
    await loader.close({ drainMs: 0 });
    expect(pausesMs).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
    expect(sink.attempts.map(({ retry }) => retry)).toEqual([false, ...Array<boolean>(8).fill(true), false]);
    expect(new Set(sink.attempts.slice(0, 9).map(({ token }) => token)).size).toBe(1);
  });

  it('says what stands in the way', async () => {
    const { log } = await openTestLog(temporaryHome());
    const sink = new MemorySink();
    sink.failure = () => ({ fault: AWAY });
    await appendSegments(log, [['a']]);
    const { loader } = openTestLoader(log, sink);
    await vi.waitFor(() => {
      expect(loader.stats().failures).toBeGreaterThan(3);
    });
    expect(loader.stats().lastFault).toBe(AWAY);
    await loader.close({ drainMs: 0 });
    expect(log.stats().rows).toBe(2);
  });

  it('loads once what had landed although the attempt failed', async () => {
    const { log } = await openTestLog(temporaryHome());
    const sink = new MemorySink();
    sink.failure = (_, attempt) => (attempt === 1 ? { fault: AWAY, landed: true } : undefined);
    await appendSegments(log, [['a']]);
    await openTestLoader(log, sink).loader.close({ drainMs: 5_000 });
    expect(sink.spans).toEqual(['a']);
  });

  it('leaves the rest when its time is over', async () => {
    const home = temporaryHome();
    const { log } = await openTestLog(home);
    const sink = new MemorySink();
    sink.load = (_, __, call?: { signal?: AbortSignal }) =>
      new Promise((_resolve, reject) => {
        call?.signal?.addEventListener('abort', () => {
          reject(new Fault('cancelled', 'stopped'));
        });
      });
    await appendSegments(log, [['a']]);
    const startMs = performance.now();
    await openTestLoader(log, sink).loader.close({ drainMs: 50 });
    expect(performance.now() - startMs).toBeLessThan(1_000);
    const { log: after } = await openTestLog(home);
    const second = new MemorySink();
    await openTestLoader(after, second).loader.close({ drainMs: 5_000 });
    expect(second.spans).toEqual(['a']);
    expect(second.attempts.map(({ retry }) => retry)).toEqual([true]);
  });
});

describe('a refused segment', () => {
  const refuse = (sink: MemorySink, ...poison: string[]) => {
    sink.failure = (texts) => (texts.some((text) => poison.includes(text)) ? { fault: REFUSED } : undefined);
  };

  it('is tried three times, then loaded but for the block that is to blame', async () => {
    const home = temporaryHome();
    const { log, events } = await openTestLog({ ...home, now: () => 0 });
    const sink = new MemorySink();
    refuse(sink, 'poison');
    await appendSegments(log, [['a', 'b', 'poison', 'c', 'd'], ['e']]);
    const { loader } = openTestLoader(log, sink);
    await loader.close({ drainMs: 5_000 });

    expect(sink.spans).toEqual(['a', 'b', 'c', 'd', 'e']);
    const ends = sink.attempts.map(({ token }) => token.split('-').slice(1).join('-'));
    const first = '000000000001';
    const threeTimes = ['', '-p2', '-p5'].flatMap((piece) => Array<string>(3).fill(first + piece));
    expect(ends).toEqual([
      ...threeTimes.slice(0, 6),
      `${first}-p4`,
      ...threeTimes.slice(6),
      `${first}-p3`,
      '000000000002',
    ]);

    const token = `${sink.attempts[0]!.token}-p5`;
    expect(readdirSync(home.setAsideDirectory)).toEqual([`${token}.spans`, `${token}.spans.reason.json`]);
    expect(setAsideTexts(home.setAsideDirectory)).toEqual(['poison']);
    expect(
      JSON.parse(readFileSync(join(home.setAsideDirectory, `${token}.spans.reason.json`), 'utf8')),
    ).toEqual({
      file: `${token}.spans`,
      kind: 'refused',
      token,
      rows: 2,
      message: 'the engine refuses it',
      cause: 'Code: 27',
      time: '1970-01-01T00:00:00.000Z',
    });
    expect(log.stats()).toMatchObject({ setAside: 1, rows: 0, bytes: 0 });
    expect(events.at(-1)).toMatchObject({ kind: 'set-aside', rows: 2, reason: 'the engine refuses it' });
    expect(readdirSync(home.directory)).toEqual(['log.json']);
  });

  it('does not lose its spans to a bad catalog, nor its catalog to bad spans', async () => {
    const home = temporaryHome();
    const { log } = await openTestLog(home);
    const sink = new MemorySink();
    refuse(sink, 'bad catalog', 'bad spans');
    for (const [spans, catalog] of [
      ['a', 'bad catalog'],
      ['bad spans', 'good catalog'],
    ] as const) {
      await log.append({ ...batch(spans), catalog: [block(catalog)] });
      await log.seal();
    }
    await openTestLoader(log, sink).loader.close({ drainMs: 5_000 });
    expect(sink.spans).toEqual(['a']);
    expect(sink.catalog).toEqual(['good catalog']);
    expect(setAsideTexts(home.setAsideDirectory)).toEqual(['bad spans']);
    expect(log.stats().setAside).toBe(2);
  });

  it('survives a disk that fails in the middle of splitting and setting aside', async () => {
    const home = temporaryHome();
    const disk = new FaultyDisk();
    const { log } = await openTestLog({ ...home, disk });
    const sink = new MemorySink();
    refuse(sink, 'poison');
    await appendSegments(log, [['a', 'poison', 'b']]);
    const failed = new Set<string>();
    disk.failure = (operation, path) => {
      const isFirst = !failed.has(`${operation} ${path}`);
      failed.add(`${operation} ${path}`);
      return isFirst ? 'EIO' : undefined;
    };
    await openTestLoader(log, sink).loader.close({ drainMs: 5_000 });
    expect(failed.size).toBeGreaterThan(20);
    expect(sink.spans).toEqual(['a', 'b']);
    expect(setAsideTexts(home.setAsideDirectory)).toEqual(['poison']);
    expect(log.stats().setAside).toBe(1);
  });
});

describe('an engine that refuses everything', () => {
  const held = 3;
  const blocks = (name: string, count: number) => Array.from({ length: count }, (_, at) => `${name} ${at}`);
  /** Is away, which is not counted, once that is the case: a test has time to look. */
  const refuseUntil = (
    sink: MemorySink,
    isOver: () => boolean,
    isTaken: (texts: readonly string[]) => boolean = () => false,
  ) => {
    sink.failure = (texts) => (isTaken(texts) ? undefined : { fault: isOver() ? AWAY : REFUSED });
  };
  const kinds = (events: readonly WalEvent[]) => events.map(({ kind }) => kind);

  it('costs three blocks; the next one waits with growing pauses, and what is behind it too', async () => {
    const home = temporaryHome();
    const { log } = await openTestLog(home);
    const sink = new MemorySink();
    const texts = blocks('a', 8);
    await appendSegments(log, [texts, ['b']]);
    const { loader, pausesMs, events } = openTestLoader(log, sink);
    refuseUntil(sink, () => pausesMs.filter((ms) => ms === 5_000).length >= 3);
    await vi.waitFor(() => {
      expect(loader.stats()).toMatchObject({ isHolding: true, lastFault: AWAY });
    });
    expect(setAsideTexts(home.setAsideDirectory)).toEqual(texts.slice(0, held));
    const begun = events.filter(({ kind }) => kind === 'hold-begun');
    expect(begun).toEqual([
      { kind: 'hold-begun', token: sink.attempts.at(-1)!.token, setAside: held, fault: REFUSED },
    ]);

    sink.failure = () => undefined;
    await loader.close({ drainMs: 5_000 });
    expect(sink.spans).toEqual([...texts.slice(held), 'b']);
    expect(log.stats()).toMatchObject({ rows: 0, setAside: held });
    expect(kinds(events).filter((kind) => kind === 'hold-ended')).toHaveLength(1);
    expect(loader.stats()).toMatchObject({ isHolding: false, failures: 0 });
  });

  it('is told apart from poison by one load in between, and counted anew after it', async () => {
    const home = temporaryHome();
    const { log } = await openTestLog(home);
    const sink = new MemorySink();
    sink.failure = ([first]) => (first!.startsWith('good') ? undefined : { fault: REFUSED });
    const run = (name: string) => blocks(name, held).map((text) => [text]);
    await appendSegments(log, [...run('x'), ['good 1'], ...run('y'), ['good 2']]);
    const { loader, events } = openTestLoader(log, sink);
    await loader.close({ drainMs: 5_000 });
    expect(sink.spans).toEqual(['good 1', 'good 2']);
    expect(log.stats()).toMatchObject({ rows: 0, setAside: 2 * held });
    expect(kinds(events)).not.toContain('hold-begun');
  });

  it('is not taken for well because it takes catalogs', async () => {
    const home = temporaryHome();
    const { log } = await openTestLog(home);
    const sink = new MemorySink();
    for (const text of blocks('a', 5)) {
      await log.append({ ...batch(text), catalog: [block(`fact of ${text}`)] });
      await log.seal();
    }
    const { loader } = openTestLoader(log, sink);
    const isFact = (text: string) => text.startsWith('fact');
    refuseUntil(
      sink,
      () => loader.stats().isHolding,
      (texts) => texts.every(isFact),
    );
    await vi.waitFor(() => {
      expect(loader.stats().isHolding).toBe(true);
    });
    expect(setAsideTexts(home.setAsideDirectory)).toEqual(blocks('a', held));
    sink.failure = () => undefined;
    await loader.close({ drainMs: 5_000 });
    expect(sink.spans).toEqual(blocks('a', 5).slice(held));
    expect(sink.catalog).toHaveLength(5);
    expect(loader.stats().isHolding).toBe(false);
  });

  it('keeps what it holds for the next start', async () => {
    const home = temporaryHome();
    const { log } = await openTestLog(home);
    const sink = new MemorySink();
    const texts = blocks('a', 5);
    await appendSegments(log, [texts]);
    const { loader } = openTestLoader(log, sink);
    refuseUntil(sink, () => loader.stats().isHolding);
    await vi.waitFor(() => {
      expect(loader.stats().isHolding).toBe(true);
    });
    await loader.close({ drainMs: 0 });
    const { log: after } = await openTestLog(home);
    sink.failure = () => undefined;
    await openTestLoader(after, sink).loader.close({ drainMs: 5_000 });
    expect(sink.spans).toEqual(texts.slice(held));
  });

  it('does not stop the log for ever with a long run of poison', async () => {
    const home = temporaryHome();
    const { log } = await openTestLog(home);
    const sink = new MemorySink();
    sink.failure = ([first]) => (first === 'good' ? undefined : { fault: REFUSED });
    const poison = blocks('poison', held + 2);
    await appendSegments(log, [...poison.map((text) => [text]), ['good']]);
    const { loader, pausesMs } = openTestLoader(log, sink);
    await vi.waitFor(() => {
      expect(sink.spans).toEqual(['good']);
    });
    await loader.close({ drainMs: 0 });
    expect(setAsideTexts(home.setAsideDirectory)).toEqual(poison);
    expect(sink.attempts).toHaveLength(held * 3 + 2 * 40 + 1);
    // The second one that is held is not tried in haste because the first one was given up.
    expect(new Set(pausesMs.slice(pausesMs.indexOf(5_000)))).toEqual(new Set([5_000]));
  });
});

describe('settled work', () => {
  it('runs settled work behind what was durable before it and ahead of what comes after', async () => {
    const { log } = await openTestLog(temporaryHome());
    const sink = new MemorySink();
    const { loader } = openTestLoader(log, sink);
    const call = { deadlineMs: performance.now() + 5_000 };
    await log.append(batch('before'));
    let seen: readonly string[] = [];
    await log.seal();
    const done = loader.settled(
      log.sealedNumber(),
      async () => {
        seen = [...sink.spans];
        await log.append(batch('after'));
        await log.seal();
        await tick();
        expect(sink.spans).toEqual(seen);
      },
      call,
    );
    await done;
    expect(seen).toEqual(['before']);
    await loader.close({ drainMs: 1_000 });
    expect(sink.spans).toEqual(['before', 'after']);
  });

  it('runs settled work that is asked for while other such work runs', async () => {
    const { log } = await openTestLog(temporaryHome());
    const sink = new MemorySink();
    const { loader } = openTestLoader(log, sink);
    const call = { deadlineMs: performance.now() + 2_000 };
    let second: Promise<readonly string[]> | undefined;
    await loader.settled(
      log.sealedNumber(),
      async () => {
        await log.append(batch('between'));
        await log.seal();
        second = loader.settled(log.sealedNumber(), () => Promise.resolve([...sink.spans]), call);
        await tick();
      },
      call,
    );
    expect(await second).toEqual(['between']);
    await loader.close({ drainMs: 1_000 });
  });

  it('leaves out settled work whose call ends while other such work runs', async () => {
    const { log } = await openTestLog(temporaryHome());
    const { loader } = openTestLoader(log, new MemorySink());
    const call = { deadlineMs: performance.now() + 2_000 };
    let finish: () => void = () => undefined;
    const first = loader.settled(log.sealedNumber(), () => new Promise<void>((resolve) => (finish = resolve)), call); // prettier-ignore
    const work = vi.fn(() => Promise.resolve());
    const hasty = { deadlineMs: performance.now() + 30 };
    await expect(loader.settled(log.sealedNumber(), work, hasty)).rejects.toMatchObject({ code: 'too-slow' });
    finish();
    await first;
    await loader.close({ drainMs: 1_000 });
    expect(work).not.toHaveBeenCalled();
  });

  it('gives up settled work when its call ends while a segment cannot be loaded', async () => {
    const { log } = await openTestLog(temporaryHome());
    const sink = new MemorySink();
    sink.failure = () => ({ fault: AWAY });
    const { loader } = openTestLoader(log, sink);
    await log.append(batch('stuck'));
    await log.seal();
    const work = vi.fn(() => Promise.resolve());
    const call = { deadlineMs: performance.now() + 30 };
    await expect(loader.settled(log.sealedNumber(), work, call)).rejects.toMatchObject({ code: 'too-slow' });
    sink.failure = () => undefined;
    await loader.close({ drainMs: 1_000 });
    expect(work).not.toHaveBeenCalled();
  });
});

it('crashed anywhere, as often as you like: every block is loaded or set aside, once', async () => {
  const segments = fc.array(fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }), {
    minLength: 1,
    maxLength: 3,
  });
  await fc.assert(
    fc.asyncProperty(segments, fc.array(fc.nat({ max: 60 }), { maxLength: 4 }), async (plan, crashes) => {
      const home = temporaryHome();
      // Every third is good, so that the engine never seems to refuse everything.
      let count = 0;
      const texts = plan.map((blocks, number) =>
        blocks.map((bad, at) => `${bad && ++count % 3 !== 0 ? 'bad' : 'good'} ${number}.${at}`),
      );
      const sink = new MemorySink();
      // Every third attempt lands and is reported as failed; whole segments with bad blocks are refused.
      sink.failure = (loaded, attempt) => {
        if (loaded.some((text) => text.startsWith('bad'))) return { fault: REFUSED };
        return attempt % 3 === 0 ? { fault: AWAY, landed: true } : undefined;
      };
      const { log: first } = await openTestLog(home);
      await appendSegments(first, texts);
      await first.close();

      for (const lastOperation of crashes) await runUntilCrash(home, sink, lastOperation);
      const { log } = await openTestLog(home);
      await openTestLoader(log, sink).loader.close({ drainMs: 10_000 });

      const all = texts.flat();
      expect(sink.spans).toEqual(all.filter((text) => text.startsWith('good')));
      expect(setAsideTexts(home.setAsideDirectory)).toEqual(
        all.filter((text) => text.startsWith('bad')).sort(),
      );
    }),
    { numRuns: 60 },
  );
});

/** From some operation on the disk does nothing any more: what a killed process would leave behind. */
async function runUntilCrash(
  home: ReturnType<typeof temporaryHome>,
  sink: MemorySink,
  lastOperation: number,
): Promise<void> {
  const disk = new FaultyDisk();
  let operations = 0;
  disk.failure = () => (operations++ >= lastOperation ? 'EIO' : undefined);
  const opened = await openTestLog({ ...home, disk }).catch(() => undefined);
  if (opened === undefined) return;
  await openTestLoader(opened.log, sink).loader.close({ drainMs: 20 });
}
