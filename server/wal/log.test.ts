import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Disk, nodeDisk } from './disk.ts';
import type { Log } from './log.ts';
import {
  batch,
  block,
  drain,
  FaultyDisk,
  NO_WAITING,
  openTestLog,
  setAsideTexts,
  temporaryHome,
  textsIn,
} from './wal.fixture.ts';

const segmentFiles = (directory: string) => readdirSync(directory).filter((name) => name !== 'log.json');

async function sealedTexts(log: Log): Promise<string[]> {
  await log.seal();
  return drain(log);
}

describe('append', () => {
  it('is durable when it resolves: a second log on a copy of the moment finds it', async () => {
    const home = temporaryHome();
    const { log } = await openTestLog(home);
    await log.append(batch('one'));
    await log.append(batch('two'));
    const { log: after } = await openTestLog(home);
    expect(await drain(after)).toEqual(['one', 'two']);
  });

  it('writes together what arrives together, and syncs it once', async () => {
    const disk = new FaultyDisk();
    const { log, events } = await openTestLog({ ...temporaryHome(), disk });
    await log.append(batch('first'));
    const before = disk.count('datasync');
    const texts = Array.from({ length: 200 }, (_, index) => `append ${index}`);
    await Promise.all(texts.map((text) => log.append(batch(text))));
    expect(disk.count('datasync') - before).toBeLessThanOrEqual(2);
    expect(disk.count('syncDirectory')).toBe(2); // log.json, the segment
    expect(events.filter((event) => event.kind === 'committed').length).toBeLessThanOrEqual(3);
    expect(await sealedTexts(log)).toEqual(['first', ...texts]);
  });

  it('keeps the catalog in a file of its own, durable before the spans', async () => {
    const disk = new FaultyDisk();
    const synced: string[] = [];
    disk.failure = (operation, path) => {
      if (operation === 'datasync' && !path.includes('log.json')) synced.push(path.split('.').at(-1)!);
      return undefined;
    };
    const { log } = await openTestLog({ ...temporaryHome(), disk });
    await log.append({ ...batch('one'), catalog: [block('catalog')] });
    await log.append(batch('two'));
    await log.seal();
    const segment = await log.next(NO_WAITING);
    expect(synced).toEqual(['catalog', 'spans', 'spans']);
    expect(textsIn(segment!.catalogPath!)).toEqual(['catalog']);
    expect(textsIn(segment!.spansPath)).toEqual(['one', 'two']);
  });

  it('after close is refused', async () => {
    const { log } = await openTestLog(temporaryHome());
    await log.close();
    await expect(log.append(batch('late'))).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('close writes what waits', async () => {
    const home = temporaryHome();
    const { log } = await openTestLog({ ...home, segmentMaxRows: 1 });
    const appends = ['one', 'two'].map((text) => log.append(batch(text)));
    await log.close();
    expect(log.stats()).toMatchObject({ rows: 2, waitingAppends: 0 });
    const { log: after } = await openTestLog(home);
    expect(await drain(after)).toEqual(['one', 'two']);
    await Promise.all(appends);
  });
});

describe('sealing', () => {
  it.each([
    ['rows', { segmentMaxRows: 3 }, [3, 3, 1]],
    ['bytes', { segmentMaxBytes: 2 * block('0').length }, [2, 2, 2, 1]],
  ])('by %s', async (_, limit, want) => {
    const { log } = await openTestLog({ ...temporaryHome(), ...limit });
    await Promise.all(Array.from({ length: 7 }, (__, index) => log.append(batch(String(index)))));
    await log.seal();
    const rows: number[] = [];
    for (let one = await log.next(NO_WAITING); one !== undefined; one = await log.next(NO_WAITING)) {
      rows.push(one.rows);
      await log.discard(one);
    }
    expect(rows).toEqual(want);
  });

  it('by age while the loader waits, never while it does not', async () => {
    const { log } = await openTestLog({ ...temporaryHome(), segmentMaxAgeMs: 40 });
    await log.append(batch('one'));
    await sleep(80);
    await log.append(batch('two'));
    expect(await log.next(NO_WAITING)).toBeUndefined();
    const waiting = new AbortController();
    const startMs = performance.now();
    const old = await log.next(waiting.signal);
    expect(performance.now() - startMs).toBeLessThan(30);
    expect(old?.rows).toBe(2);
    await log.discard(old!);

    const next = log.next(waiting.signal);
    await sleep(10);
    const appendedMs = performance.now();
    await log.append(batch('three'));
    expect((await next)?.rows).toBe(1);
    expect(performance.now() - appendedMs).toBeGreaterThanOrEqual(35);
  });

  it('of few rows, once in a while: the first at once, those right behind it together', async () => {
    const { log } = await openTestLog({ ...temporaryHome(), segmentMaxAgeMs: 20, segmentRestMs: 1500 });
    const { signal } = new AbortController();
    await log.append(batch('one'));
    const firstMs = performance.now();
    await log.discard((await log.next(signal))!);
    const sealedMs = performance.now();
    expect(sealedMs - firstMs).toBeLessThan(1000);
    const next = log.next(signal);
    for (const text of ['two', 'three']) {
      await log.append(batch(text));
      await sleep(40);
    }
    const second = (await next)!;
    expect(performance.now() - sealedMs).toBeGreaterThanOrEqual(1400);
    expect(second.rows).toBe(2);
    await log.discard(second);
  });

  it('of few rows, at once when somebody reads; if some just were, at their age', async () => {
    const { log } = await openTestLog({ ...temporaryHome(), segmentMaxAgeMs: 500, segmentRestMs: 60_000 });
    const { signal } = new AbortController();
    await log.append(batch('one'));
    await log.discard((await log.next(signal))!);
    expect(await log.hasten()).toBe(false);
    const next = log.next(signal);
    await sleep(600);
    await log.append(batch('few'));
    expect(await log.hasten()).toBe(true);
    await log.discard((await next)!);

    const after = log.next(signal);
    await log.append(batch('more'));
    const startMs = performance.now();
    for (let reader = 0; reader < 10; reader++) expect(await log.hasten()).toBe(false);
    await log.discard((await after)!);
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(300);
    expect(performance.now() - startMs).toBeLessThan(10_000);
  });

  it('of many rows, as soon as they are old', async () => {
    const { log } = await openTestLog({ ...temporaryHome(), segmentMaxAgeMs: 20, segmentRestMs: 60_000 });
    const { signal } = new AbortController();
    await log.append(batch('one'));
    await log.discard((await log.next(signal))!);
    await log.append(batch('few'));
    const next = log.next(signal);
    await log.append(batch('many', 1000));
    const many = (await next)!;
    expect(many.rows).toBe(1001);
    await log.discard(many);
  });

  it('an empty segment is never sealed', async () => {
    const { log } = await openTestLog(temporaryHome());
    await log.seal();
    await log.append(batch('one'));
    await log.seal();
    await log.seal();
    expect(log.stats().segments).toBe(1);
  });
});

it('counts what is not loaded', async () => {
  let nowMs = 1_000;
  const { log } = await openTestLog({ ...temporaryHome(), now: () => nowMs });
  await log.append(batch('one', 2));
  await log.seal();
  nowMs = 5_000;
  await log.append({ ...batch('two', 3), catalog: [block('catalog')] });
  nowMs = 6_000;
  const one = block('one', 2).length;
  const two = block('two', 3).length + block('catalog').length;
  const want = { rows: 5, bytes: one + two, segments: 2, oldestAgeMs: 5_000, waitingAppends: 0, setAside: 0 };
  expect(log.stats()).toMatchObject({ ...want, hasRoom: true });
  await log.discard((await log.next(NO_WAITING))!);
  expect(log.stats()).toMatchObject({ rows: 3, bytes: two, segments: 1, oldestAgeMs: 1_000 });
  await sealedTexts(log);
  expect(log.stats()).toMatchObject({ rows: 0, bytes: 0, segments: 0, oldestAgeMs: 0 });
});

it('counts what is being sealed', async () => {
  const closing = new Set<() => void>();
  const slowToClose: Disk = {
    ...nodeDisk,
    create: async (path) => {
      const file = await nodeDisk.create(path);
      if (!path.endsWith('.spans')) return file;
      const close = async (): Promise<void> => {
        await new Promise<void>((resolve) => closing.add(resolve));
        await file.close();
      };
      return { ...file, close };
    },
  };
  const { log } = await openTestLog({ ...temporaryHome(), disk: slowToClose });
  await log.append(batch('one', 2));
  const before = log.stats();
  const sealed = log.seal();
  await sleep(10);
  expect(closing.size).toBe(1);
  expect(log.stats()).toMatchObject({ rows: before.rows, bytes: before.bytes, segments: 1 });
  for (const close of closing) close();
  await sealed;
  expect(log.stats()).toMatchObject({ rows: before.rows, bytes: before.bytes, segments: 1 });
  await log.discard((await log.next(NO_WAITING))!);
  expect(log.stats()).toMatchObject({ rows: 0, bytes: 0, segments: 0 });
});

it('refuses senders when it is full, and lets them in again once it is loaded', async () => {
  const size = block('0').length;
  const { log } = await openTestLog({ ...temporaryHome(), maxBytes: 5 * size, highWaterRatio: 0.8 });
  for (let index = 0; index < 4; index++) {
    log.checkRoom();
    await log.append(batch(String(index)));
  }
  expect(() => {
    log.checkRoom();
  }).toThrow(expect.objectContaining({ code: 'overloaded', setting: 'SPANHOUSE_LOG_MAX_BYTES' }));
  expect(log.stats().hasRoom).toBe(false);
  await log.append(batch('5'));
  await expect(log.append(batch('6'))).rejects.toMatchObject({ code: 'overloaded' });
  await sealedTexts(log);
  expect(() => {
    log.checkRoom();
  }).not.toThrow();
});

describe('a disk that fails', () => {
  it('full: a refusal that says so, no torn bytes, and the next append works once there is room', async () => {
    const home = temporaryHome();
    const disk = new FaultyDisk();
    const { log } = await openTestLog({ ...home, disk });
    await log.append(batch('one'));
    disk.roomBytes = 10;
    const both = await Promise.allSettled([log.append(batch('two')), log.append(batch('three'))]);
    for (const result of both) {
      expect(result).toMatchObject({
        status: 'rejected',
        reason: { code: 'unavailable', value: 'ENOSPC', setting: 'SPANHOUSE_DATA_DIR', retryAfterMs: 1_000 },
      });
    }
    expect(statSync(join(home.directory, segmentFiles(home.directory)[0]!)).size).toBe(block('one').length);
    await expect(log.append(batch('four'))).rejects.toMatchObject({ code: 'unavailable' });
    disk.roomBytes = Infinity;
    await log.append(batch('five'));
    expect(segmentFiles(home.directory)).toHaveLength(2);
    expect(await sealedTexts(log)).toEqual(['one', 'five']);
  });

  it('a sync that fails: the file is cut at what was durable and not written to again', async () => {
    const home = temporaryHome();
    const disk = new FaultyDisk();
    const { log, events } = await openTestLog({ ...home, disk });
    await log.append(batch('one'));
    let isFirst = true;
    disk.failure = (operation) => {
      if (operation !== 'datasync' || !isFirst) return undefined;
      isFirst = false;
      return 'EIO';
    };
    await expect(log.append(batch('two'))).rejects.toMatchObject({ code: 'unavailable', value: 'EIO' });
    await log.append(batch('three'));
    expect(segmentFiles(home.directory)).toHaveLength(2);
    expect(events.map((event) => event.kind)).toEqual(['committed', 'sealed', 'write-failed', 'committed']);
    expect(await sealedTexts(log)).toEqual(['one', 'three']);
  });

  it('a torn end that cannot be cut keeps the segment from the loader until it can', async () => {
    const disk = new FaultyDisk();
    const { log } = await openTestLog({ ...temporaryHome(), disk });
    await log.append(batch('one'));
    disk.roomBytes = 10;
    disk.failure = (operation) => (operation === 'truncate' ? 'EIO' : undefined);
    await expect(log.append(batch('two'))).rejects.toMatchObject({ code: 'unavailable' });
    await expect(log.next(NO_WAITING)).rejects.toMatchObject({ code: 'unavailable' });
    disk.failure = () => undefined;
    expect(await drain(log)).toEqual(['one']);
  });

  it('a failed append leaves nothing for the next start', async () => {
    const home = temporaryHome();
    const disk = new FaultyDisk();
    const { log } = await openTestLog({ ...home, disk });
    disk.failure = (operation, path) =>
      operation === 'syncDirectory' && path === home.directory ? 'EIO' : undefined;
    await expect(log.append(batch('one'))).rejects.toMatchObject({ code: 'unavailable' });
    expect(segmentFiles(home.directory)).toEqual([]);
  });

  it('a real one that is full', async (context) => {
    const mountPoint = join(temporaryHome().directory, 'disk');
    mkdirSync(mountPoint, { recursive: true });
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', mountPoint]).status === 0;
    if (!mounted) context.skip('no right to mount a small tmpfs here');
    onTestFinished(() => {
      spawnSync('umount', [mountPoint]);
    });

    const home = { directory: join(mountPoint, 'wal'), setAsideDirectory: join(mountPoint, 'set-aside') };
    const { log } = await openTestLog(home);
    const text = (index: number) => `${index} `.padEnd(50_000, 'x');
    const acknowledged: string[] = [];
    for (let index = 0; index < 10; index++) {
      await log.append(batch(text(index))).then(
        () => acknowledged.push(text(index)),
        (fault: unknown) => {
          expect(fault).toMatchObject({
            code: 'unavailable',
            value: 'ENOSPC',
            setting: 'SPANHOUSE_DATA_DIR',
          });
        },
      );
    }
    expect(acknowledged.length).toBeGreaterThan(2);
    expect(acknowledged.length).toBeLessThan(6);
    expect(await sealedTexts(log)).toEqual(acknowledged);
    await log.append(batch('there is room again'));
    expect(await sealedTexts(log)).toEqual(['there is room again']);
    await log.close();
  });
});

describe('a start', () => {
  it('goes on with the numbers, also when nothing was left', async () => {
    const home = temporaryHome();
    const tokens: string[] = [];
    for (let run = 0; run < 3; run++) {
      const { log } = await openTestLog(home);
      await log.append(batch('one'));
      await log.seal();
      const segment = await log.next(NO_WAITING);
      tokens.push(segment!.token);
      await log.discard(segment!);
      expect(segmentFiles(home.directory)).toEqual([]);
    }
    expect(tokens).toEqual([...new Set(tokens)].sort());
    expect(new Set(tokens.map((token) => token.split('-')[0])).size).toBe(1);
    expect(tokens[0]).toMatch(/^[0-9a-f]{16}-\d{12}$/);
  });

  it('marks what it found as maybe loaded, under the same token', async () => {
    const home = temporaryHome();
    const { log } = await openTestLog(home);
    await log.append({ ...batch('one', 2), catalog: [block('catalog')] });
    await log.close();
    const before = await log.next(NO_WAITING);
    const { log: after, events } = await openTestLog(home);
    const { sinceMs, ...found } = (await after.next(NO_WAITING))!;
    const { sinceMs: appendedMs, ...left } = before!;
    expect(found).toEqual({ ...left, retry: true });
    expect(Math.abs(sinceMs - appendedMs)).toBeLessThan(5_000);
    expect(events).toEqual([{ kind: 'recovered', token: left.token, rows: 2, bytes: left.bytes }]);
  });

  it('refuses a log.json that it did not write', async () => {
    const home = temporaryHome();
    writeFileSync(join(home.directory, 'log.json'), '{"logId": 7}');
    await expect(openTestLog(home)).rejects.toMatchObject({
      code: 'failed-precondition',
      value: '{"logId": 7}',
    });
  });

  it('removes unfinished files, pieces of a split that was not completed, and a catalog without spans', async () => {
    const home = temporaryHome();
    const { log } = await openTestLog(home);
    await log.append(batch('one'));
    await log.close();
    const put = (name: string) => {
      writeFileSync(join(home.directory, name), block('stale'));
    };
    ['000000000001-p2.spans', '000000000001-p7.catalog', '000000000000.catalog', 'x.tmp'].forEach(put);
    const { log: after } = await openTestLog(home);
    expect(segmentFiles(home.directory)).toEqual(['000000000001.spans']);
    expect(await drain(after)).toEqual(['one']);
  });

  it('loads pieces whose whole is gone, in order', async () => {
    const home = temporaryHome();
    for (const piece of [3, 5, 4]) {
      writeFileSync(join(home.directory, `000000000001-p${piece}.spans`), block(`piece ${piece}`));
    }
    const { log } = await openTestLog(home);
    expect(await drain(log)).toEqual(['piece 4', 'piece 5', 'piece 3']);
  });

  it('cuts a torn end, and says so', async () => {
    const home = temporaryHome();
    const { log } = await openTestLog(home);
    await log.append({ ...batch('one'), catalog: [block('catalog')] });
    await log.close();
    for (const name of segmentFiles(home.directory)) {
      appendFileSync(join(home.directory, name), block('torn').subarray(0, -1));
    }
    const { log: after, events } = await openTestLog(home);
    const segment = await after.next(NO_WAITING);
    expect(readFileSync(segment!.spansPath)).toEqual(block('one'));
    expect(readFileSync(segment!.catalogPath!)).toEqual(block('catalog'));
    expect(events.map((event) => event.kind)).toEqual(['tail-cut', 'tail-cut', 'recovered']);
    expect(events[1]).toMatchObject({ path: segment!.spansPath, bytes: block('torn').length - 1 });
  });

  it('sets a damaged block aside with its reason, and counts it in later runs too', async () => {
    const home = temporaryHome();
    const { log } = await openTestLog({ ...home, now: () => 0 });
    for (const text of ['one', 'two', 'three']) await log.append(batch(text, 2));
    await log.close();
    const { token, spansPath } = (await log.next(NO_WAITING))!;
    const bytes = readFileSync(spansPath);
    const at = block('one', 2).length;
    bytes[at + block('two', 2).length - 1]! ^= 1;
    writeFileSync(spansPath, bytes);

    const { log: after } = await openTestLog({ ...home, now: () => 0 });
    expect(after.stats()).toMatchObject({ rows: 4, setAside: 1 });
    const name = `${token}-at${at}.spans`;
    expect(readdirSync(home.setAsideDirectory)).toEqual([name, `${name}.reason.json`]);
    expect(readFileSync(join(home.setAsideDirectory, name))).toEqual(
      bytes.subarray(at, at + block('two', 2).length),
    );
    expect(JSON.parse(readFileSync(join(home.setAsideDirectory, `${name}.reason.json`), 'utf8'))).toEqual({
      file: name,
      kind: 'damaged',
      token,
      rows: 0,
      message: `bytes ${at} to ${at + block('two', 2).length} of the spans are not what was written: the disk changed them`,
      time: '1970-01-01T00:00:00.000Z',
    });
    expect(await drain(after)).toEqual(['one', 'three']);
    const { log: later } = await openTestLog(home);
    expect(later.stats()).toMatchObject({ rows: 0, setAside: 1 });
  });

  const texts = fc.array(fc.string({ minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 8 });

  it('after a crash at any byte: every acknowledged block that reached the disk, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(texts, fc.nat(), fc.boolean(), async (appended, where, together) => {
        const home = temporaryHome();
        const { log } = await openTestLog(home);
        if (together) await Promise.all(appended.map((text) => log.append(batch(text))));
        else for (const text of appended) await log.append(batch(text));
        await log.close();
        const { spansPath } = (await log.next(NO_WAITING))!;
        const cut = where % (statSync(spansPath).size + 1);
        truncateSync(spansPath, cut);

        const { log: after } = await openTestLog(home);
        const ends = appended.map(
          (_, index) => Buffer.concat(appended.slice(0, index + 1).map((text) => block(text))).length,
        );
        expect(await drain(after)).toEqual(appended.filter((_, index) => ends[index]! <= cut));
        expect(after.stats().setAside).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});

it('keeps nothing in the set-aside folder while all is well', async () => {
  const home = temporaryHome();
  const { log } = await openTestLog(home);
  await log.append(batch('one'));
  await sealedTexts(log);
  expect(setAsideTexts(home.setAsideDirectory)).toEqual([]);
});
