import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FRAME_KEY, LIMITS, NOW_MS } from '../../tests/support/corpus.ts';
import { decodeNative } from '../columns/native-reader.ts';
import { Fault } from '../errors/fault.ts';
import { type Space, createSpace, spaceKey } from '../space/space.ts';
import { type IntakeOptions, type OwnedIntake, createIntake } from './create-intake.ts';
import type { Decode } from './intake.ts';
import { decodeJson } from './otlp/decode-json.ts';
import type { Receipt } from './receipt.ts';
import { SpaceMemories, SpaceMemory } from './space-memory.ts';

const SPACE = createSpace('acme', 'shop', 'traces');
const DISK_FULL = new Fault('unavailable', 'the disk is full');

/** What the log made durable, block by block: ids of spans, resources that they refer to, resources in the catalog. */
interface DurableBlock {
  readonly spans: readonly string[];
  readonly refersTo: readonly bigint[];
  readonly brings: readonly bigint[];
}

/** A log in memory whose disk does what the test says. */
class TestLog {
  readonly key = FRAME_KEY;
  readonly durable: DurableBlock[] = [];
  appends = 0;
  /** Awaited by each append: when it rejects, nothing has been written. */
  disk: (append: number) => Promise<void> = () => Promise.resolve();
  checkRoom = (): void => undefined;

  async append({ spans, catalog }: Parameters<IntakeOptions['log']['append']>[0]): Promise<void> {
    const block = readBlock(Buffer.concat(spans), Buffer.concat(catalog));
    await this.disk(this.appends++);
    this.durable.push(block);
  }

  get spanIds(): string[] {
    return this.durable.flatMap(({ spans }) => spans);
  }
}

function readBlock(spans: Uint8Array, catalog: Uint8Array): DurableBlock {
  const rows = decodeNative(spans).flatMap((block) =>
    range(block.rows).map((row) => ({
      id: block.column('span_id').hex(row),
      resource: block.column('resource_id').bigint(row),
    })),
  );
  const brings = decodeNative(catalog).flatMap((block) =>
    range(block.rows)
      .filter((row) => block.column('fact').text(row) === 'resource')
      .map((row) => block.column('id').bigint(row)),
  );
  return { spans: rows.map(({ id }) => id), refersTo: rows.map(({ resource }) => resource), brings };
}

const range = (length: number): number[] => Array.from({ length }, (_, index) => index);

const idOf = (index: number): string => (index + 1).toString(16).padStart(16, '0');

function bodyOf(index: number, service = 'shop', count = 1): Buffer {
  const time = String(BigInt(NOW_MS) * 1_000_000n);
  const spans = range(count).map((offset) => ({
    traceId: 'ab'.repeat(16),
    spanId: idOf(index + offset),
    startTimeUnixNano: time,
    endTimeUnixNano: time,
  }));
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: service } }] };
  return Buffer.from(JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] }));
}

function open(options: Partial<IntakeOptions> = {}): { readonly log: TestLog; readonly intake: OwnedIntake } {
  const log = new TestLog();
  const lists = { services: 100, operations: 100, attributeKeys: 100 };
  const intake = createIntake({
    log,
    memories: new SpaceMemories((space) => new SpaceMemory(space, 14, lists), 100),
    limits: LIMITS,
    rules: { acceptOld: false, acceptFuture: false, aheadMs: 86_400_000 },
    commitIntervalMs: 0,
    maxInflightBytes: 64 << 20,
    spaces: { known: new Set(), create: true, max: 100 },
    nowMs: () => NOW_MS,
    ...options,
  });
  return { log, intake };
}

const accept = (intake: OwnedIntake, index: number, service?: string): Promise<Receipt> =>
  intake.accept(SPACE, bodyOf(index, service), decodeJson);

describe('group commit', () => {
  test('many requests share few blocks, and each is durable when it is answered', async () => {
    const { log, intake } = open({ commitIntervalMs: 5 });
    await Promise.all(
      range(300).map(async (index) => {
        expect((await accept(intake, index)).accepted).toBe(1);
        expect(log.spanIds).toContain(idOf(index));
      }),
    );
    expect(log.appends).toBeLessThanOrEqual(3);
    expect(log.spanIds).toEqual(range(300).map(idOf));
  });

  test('blocks come one after the other, however slow the disk', async () => {
    const { log, intake } = open();
    let writing = 0;
    log.disk = async () => {
      expect(++writing).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 5));
      writing--;
    };
    for (const index of range(20)) {
      void accept(intake, index);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await intake.close();
    expect(log.spanIds).toEqual(range(20).map(idOf));
    expect(log.appends).toBeGreaterThan(1);
  });

  test('a request of which nothing is kept waits for no disk', async () => {
    const { log, intake } = open();
    log.disk = () => new Promise(() => undefined);
    const body = Buffer.from('{"resourceSpans":[{"scopeSpans":[{"spans":[{}]}]}]}');
    expect((await intake.accept(SPACE, body, decodeJson)).rejected).toBe(1);
    expect((await intake.accept(SPACE, Buffer.from('{}'), decodeJson)).accepted).toBe(0);
  });

  test('events and links alone are durable when they are answered, and make their space known', async () => {
    const known = new Set<string>();
    const { log, intake } = open({ spaces: { known, create: true, max: 100 } });
    const ids = { traceIdFrom: 0, traceIdTo: 16, spanIdFrom: 16, spanIdTo: 24 };
    const time = BigInt(NOW_MS) * 1_000_000n;
    const decode: Decode = function* decode(body, { fragments }) {
      yield;
      fragments.event(body, ids, Number(time & 0xffff_ffffn), Number(time >> 32n), 0, 0, 0);
    };
    let sync = (): void => undefined;
    log.disk = () => new Promise((resolve) => (sync = resolve));
    let isAnswered = false;
    const answer = intake.accept(SPACE, Buffer.alloc(24, 1), decode).finally(() => (isAnswered = true));
    await expect.poll(() => log.appends).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(isAnswered).toBe(false);
    sync();
    expect(await answer).toMatchObject({ accepted: 0, fragments: 1 });
    expect(log.durable).toEqual([{ spans: [], refersTo: [], brings: [] }]);
    expect(known).toEqual(new Set([spaceKey(SPACE)]));
  });

  test('a body that cannot be read takes nothing of the others with it', async () => {
    const { log, intake } = open({ commitIntervalMs: 5 });
    const bad = bodyOf(1).subarray(0, -3);
    const results = await Promise.allSettled([
      accept(intake, 0),
      intake.accept(SPACE, bad, decodeJson),
      accept(intake, 2),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(log.spanIds).toEqual([idOf(0), idOf(2)]);
  });

  test('close waits for all that was let in', async () => {
    const { log, intake } = open({ commitIntervalMs: 20 });
    const answers = range(10).map((index) => accept(intake, index));
    await intake.close();
    expect(log.spanIds).toHaveLength(10);
    await Promise.all(answers);
  });

  test('between runs with nothing under way, and lets the rest go on after it', async () => {
    const { log, intake } = open();
    const before = accept(intake, 0);
    let durableBefore: string[] = [];
    const task = intake.between(async () => {
      durableBefore = log.spanIds;
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(log.spanIds).toEqual(durableBefore);
      return 'done';
    });
    const after = accept(intake, 1);
    expect(await task).toBe('done');
    expect(durableBefore).toEqual([idOf(0)]);
    await Promise.all([before, after]);
    expect(log.spanIds).toEqual([idOf(0), idOf(1)]);
  });

  test('between waits for the block that is being written before it writes its own', async () => {
    const { log, intake } = open();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    log.disk = (append) => (append === 0 ? held : Promise.resolve());
    const first = accept(intake, 0);
    await expect.poll(() => log.appends).toBe(1);
    const second = accept(intake, 1);
    const task = intake.between(() => Promise.resolve(log.spanIds));
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(log.appends).toBe(1);
    release();
    expect(await task).toEqual([idOf(0), idOf(1)]);
    await Promise.all([first, second]);
  });
});

describe('a log that fails', () => {
  test('is told to those who wait, and to nobody after them', async () => {
    const { log, intake } = open();
    log.disk = (append) => (append === 0 ? Promise.reject(DISK_FULL) : Promise.resolve());
    await expect(accept(intake, 0)).rejects.toBe(DISK_FULL);
    expect((await accept(intake, 1)).accepted).toBe(1);
    expect(log.spanIds).toEqual([idOf(1)]);
    expect(log.durable[0]!.brings).toHaveLength(1);
  });

  test('takes with it what was decoded meanwhile: it may refer to facts that are lost', async () => {
    const { log, intake } = open();
    let fail = (): void => undefined;
    log.disk = (append) =>
      append > 0
        ? Promise.resolve()
        : new Promise((_, reject) => {
            fail = () => {
              reject(DISK_FULL);
            };
          });
    const first = accept(intake, 0);
    await expect.poll(() => log.appends).toBe(1);
    const second = accept(intake, 1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    fail();
    await expect(first).rejects.toBe(DISK_FULL);
    await expect(second).rejects.toBe(DISK_FULL);
    await accept(intake, 2);
    expect(log.durable).toEqual([
      { spans: [idOf(2)], refersTo: log.durable[0]!.brings, brings: log.durable[0]!.brings },
    ]);
  });
});

/** Requests, disk and failures in any order that they can come in. */
test('under any timing a request is durable once or refused, and no span refers to a fact that is not there', async () => {
  const step = fc.record({
    service: fc.constantFrom('a', 'b'),
    readable: fc.boolean(),
    between: fc.integer({ min: 0, max: 9 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(step, { minLength: 1, maxLength: 12 }),
      fc.infiniteStream(fc.integer({ min: 0, max: 3 })),
      async (scheduler, steps, luck) => {
        const { log, intake } = open();
        log.disk = async (append) => {
          await scheduler.schedule(Promise.resolve(), `disk ${append}`);
          if (luck.next().value === 0) throw DISK_FULL;
        };
        const requests = steps.map(async ({ service, readable, between }, index) => {
          await scheduler.schedule(Promise.resolve(), `request ${index}`);
          if (between === 0) await intake.between(() => Promise.resolve());
          const body = bodyOf(index, service);
          return intake.accept(SPACE, readable ? body : body.subarray(0, -1), decodeJson);
        });
        const outcomes = await scheduler.waitFor(Promise.allSettled(requests));
        await intake.close();

        const kept = range(steps.length).filter((index) => outcomes[index]!.status === 'fulfilled');
        expect([...log.spanIds].sort()).toEqual(kept.map(idOf).sort());
        const facts = new Set<bigint>();
        for (const { refersTo, brings } of log.durable) {
          for (const id of brings) facts.add(id);
          for (const id of refersTo) expect(facts).toContain(id);
        }
      },
    ),
    { numRuns: 150 },
  );
});

describe('admission', () => {
  test('of bodies ends at the limit and begins again when they are done', () => {
    const { intake } = open({ maxInflightBytes: 1000 });
    const first = intake.admit(600);
    const second = intake.admit(400);
    const refusal = expect.objectContaining({
      code: 'overloaded',
      retryAfterMs: 1000,
      setting: 'SPANHOUSE_MAX_INFLIGHT_BYTES',
      message:
        "requests of 1000 bytes are under way and this one's 1 would exceed 1000 (SPANHOUSE_MAX_INFLIGHT_BYTES); try again shortly",
    }) as Error;
    expect(() => intake.admit(1)).toThrow(refusal);
    first();
    first();
    expect(() => intake.admit(601)).toThrow('requests of 400 bytes are under way');
    intake.admit(600)();
    second();
    intake.admit(1000)();
  });

  test('a body larger than the limit is let in when it is alone', () => {
    const { intake } = open({ maxInflightBytes: 10 });
    intake.admit(11)();
  });

  test('a full log is asked first', () => {
    const { log, intake } = open();
    log.checkRoom = () => {
      throw DISK_FULL;
    };
    expect(() => intake.admit(0)).toThrow(DISK_FULL);
  });

  /** An empty event is two bytes on the wire and dozens in the columns. */
  test('what a body becomes is limited like the body', async () => {
    const { log, intake } = open({ maxInflightBytes: 3 << 20 });
    const events = Array.from({ length: 4000 }, () => ({}));
    const request = JSON.parse(bodyOf(0, 'shop', 40).toString()) as {
      resourceSpans: { scopeSpans: { spans: object[] }[] }[];
    };
    for (const span of request.resourceSpans[0]!.scopeSpans[0]!.spans) Object.assign(span, { events });
    await expect(
      intake.accept(SPACE, Buffer.from(JSON.stringify(request)), decodeJson),
    ).rejects.toMatchObject({
      code: 'too-large',
      message: "the request's spans take more than 3145728 bytes of memory (SPANHOUSE_MAX_INFLIGHT_BYTES)",
    });
    await accept(intake, 0);
    expect(log.spanIds).toEqual([idOf(0)]);
  });
});

describe('spaces', () => {
  const other = createSpace('b', 'c', 'd');
  const send = (intake: OwnedIntake, space: Space): Promise<Receipt> =>
    intake.accept(space, bodyOf(0), decodeJson);

  test('come into being with their first span, and with nothing less', async () => {
    const known = new Set<string>();
    const { intake } = open({ spaces: { known, create: true, max: 10 } });
    await intake.accept(SPACE, Buffer.from('{}'), decodeJson);
    expect([...known]).toEqual([]);
    await send(intake, SPACE);
    expect([...known]).toEqual([spaceKey(SPACE)]);
  });

  test('do not, if a setting says so', async () => {
    const { intake } = open({ spaces: { known: new Set([spaceKey(SPACE)]), create: false, max: 10 } });
    await send(intake, SPACE);
    await expect(send(intake, other)).rejects.toMatchObject({
      code: 'not-found',
      field: 'space',
      value: 'b/c/d',
      message:
        'space b/c/d does not exist, and spaces are not made by their first span (SPANHOUSE_CREATE_SPACES)',
    });
  });

  test('are no more than the limit, also when many come at once', async () => {
    const known = new Set<string>();
    const { intake } = open({ spaces: { known, create: true, max: 2 } });
    const sends = ['a', 'b', 'c', 'a'].map((tenant) => send(intake, createSpace(tenant, 'd', 't')));
    const results = await Promise.allSettled(sends);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    await expect(sends[2]).rejects.toMatchObject({
      code: 'forbidden',
      message: 'space c/d/t would be one more than the 2 allowed (SPANHOUSE_MAX_SPACES)',
    });
    expect(known.size).toBe(2);
  });
});

test('a large body lets others go on while it is decoded', async () => {
  const { intake } = open();
  let turns = 0;
  const count = (): void => {
    turns++;
    immediate = setImmediate(count);
  };
  let immediate = setImmediate(count);
  await intake.accept(SPACE, bodyOf(0, 'shop', 20_000), decodeJson);
  clearImmediate(immediate);
  // Some 3 MB of JSON, passed over once and read once, in turns of 128 KiB.
  expect(turns).toBeGreaterThan(30);
});
