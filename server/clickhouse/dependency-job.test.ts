import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type EngineFixture, openEngineFixture, soon } from './engine.fixture.ts';
import { createSpace } from '../space/space.ts';
import { compileDependencies, compileDependencyMinutes, minutesFrom } from './compile/dependencies.ts';
import { createDependencyJob } from './dependency-job.ts';
import { migrate } from './migrations.ts';
import { createTraceStore } from './trace-store.ts';

let fixture: EngineFixture;
beforeAll(async () => {
  fixture = await openEngineFixture();
  await migrate(fixture.engine, {}, soon());
});
afterAll(() => fixture.close());
beforeEach(async () => {
  for (const table of ['spans', 'dependencies', 'progress']) {
    await fixture.engine.command(`TRUNCATE TABLE ${table}`, 'job', soon());
  }
});

const NOON = 29_000_000;
const at = (minute: number): number => minute * 60_000;

/** A span of a service in a minute, counted from NOON. */
async function insert(
  minute: number,
  span: number,
  parent: number,
  service: string,
  tenant = 't',
): Promise<void> {
  const id = (value: number): string => `unhex('${value.toString(16).padStart(16, '0')}')`;
  await fixture.engine.command(
    `INSERT INTO spans (tenant, db, table, bucket, trace_id, span_id, parent_span_id, start, duration, service, status, expires)
     SELECT '${tenant}', 'd', 'x', ${(NOON + minute) * 6}, toFixedString('trace', 16), ${id(span)}, ${id(parent)},
       fromUnixTimestamp64Nano(toInt64(${NOON + minute}) * 60000000000, 'UTC'), ${span} * 1000, '${service}', 'ok', today() + 7`,
    'load',
    soon(),
  );
}

async function edges(): Promise<string> {
  const sql = `SELECT arrayStringConcat(arraySort(groupArray(concat(tenant, ' ', toString(minute - ${NOON}), ' ', parent, '>', child, ' ', toString(calls)))), ', ') AS x FROM dependencies FINAL`;
  return (await fixture.row(sql)).column('x').text(0);
}

const job = (): ReturnType<typeof createDependencyJob> =>
  createDependencyJob({ engine: fixture.engine, settleMs: 0 });

test('a minute is computed when it is over, and once', async () => {
  await insert(0, 1, 0, 'web');
  await insert(1, 2, 1, 'db');
  await insert(1, 3, 1, 'db');
  await insert(1, 4, 3, 'db');
  const jobs = job();
  await jobs.run(at(NOON + 1) + 59_999, soon());
  expect(await edges()).toBe('');
  await jobs.run(at(NOON + 2), soon());
  expect(await edges()).toBe('t 1 web>db 2');
  expect(await jobs.run(at(NOON + 2) + 10, soon())).toBe(0);
});

test('the same ids in two spaces do not meet', async () => {
  await insert(0, 1, 0, 'web');
  await insert(0, 2, 1, 'db');
  await insert(0, 1, 0, 'phone', 'u');
  await insert(0, 2, 1, 'cache', 'u');
  await job().run(at(NOON + 1), soon());
  expect(await edges()).toBe('t 0 web>db 1, u 0 phone>cache 1');
});

test('late spans replace the minute', async () => {
  const jobs = job();
  await insert(0, 1, 0, 'web');
  await insert(0, 2, 1, 'db');
  await jobs.run(at(NOON + 1), soon());
  await insert(0, 3, 1, 'db');
  jobs.noteLoaded([NOON]);
  expect(await jobs.run(at(NOON + 1) + 5, soon())).toBe(1);
  expect(await edges()).toBe('t 0 web>db 2');
  expect(await jobs.run(at(NOON + 1) + 9, soon())).toBe(0);
});

test('after a restart it goes on where it stopped, and looks again at the last minutes', async () => {
  await job().run(at(NOON + 1), soon());
  await insert(0, 1, 0, 'web');
  await insert(0, 2, 1, 'db');
  await insert(70, 5, 0, 'web');
  await insert(70, 6, 5, 'db');
  expect(await job().run(at(NOON + 71), soon())).toBe(75);
  expect(await edges()).toBe('t 0 web>db 1, t 70 web>db 1');
});

test('a first run does not go back to the beginning of time', async () => {
  expect(await job().run(at(NOON), soon())).toBe(60);
});

test('a span that was stored twice is one call', async () => {
  await insert(0, 1, 0, 'web');
  await insert(0, 1, 0, 'web');
  await insert(0, 2, 1, 'db');
  await insert(0, 2, 1, 'db');
  await job().run(at(NOON + 1), soon());
  expect(await edges()).toBe('t 0 web>db 1');
});

test('the store counts what the job has not come to, and nothing twice', async () => {
  const refuse = (): never => {
    throw new Error('nothing is written here');
  };
  let nowMs = at(NOON + 2) + 10_000;
  const log = { write: refuse, settled: refuse };
  const store = createTraceStore({ engine: fixture.engine, log, nowMs: () => nowMs });
  const asked = async (tenant: string, fromMinute: number, toMinute: number): Promise<string[]> => {
    const nanos = (minute: number): bigint => BigInt(at(NOON + minute)) * 1_000_000n;
    const window = { fromNanos: nanos(fromMinute), toNanos: nanos(toMinute) };
    const found = await store.dependencies(createSpace(tenant, 'd', 'x'), window, soon());
    return found.map(({ parent, child, calls }) => `${parent}>${child} ${calls}`);
  };
  await insert(0, 1, 0, 'web');
  await insert(0, 2, 1, 'db');
  await insert(1, 3, 1, 'db');
  await insert(2, 4, 1, 'db');
  await insert(2, 4, 1, 'db');
  await insert(2, 5, 4, 'disk');
  await insert(2, 4, 0, 'phone', 'u');
  await insert(2, 5, 4, 'cache', 'u');
  expect(await asked('t', 0, 3)).toEqual(['db>disk 1', 'web>db 3']);
  // The job was cut short between a minute's edges and the word that they are there.
  await fixture.engine.command(compileDependencyMinutes(NOON + 1, NOON + 2, 1n), 'job', soon());
  expect(await asked('t', 0, 3)).toEqual(['db>disk 1', 'web>db 3']);
  const jobs = job();
  for (const closed of [1, 2, 3]) {
    await jobs.run(at(NOON + closed), soon());
    expect(await asked('t', 0, 3)).toEqual(['db>disk 1', 'web>db 3']);
    expect(await asked('u', 0, 3)).toEqual(['phone>cache 1']);
    expect(await asked('t', 1, 2)).toEqual(['web>db 1']);
    expect(await asked('t', 3, 4)).toEqual([]);
  }
  await insert(3, 6, 1, 'db');
  expect(await asked('t', 0, 4)).toEqual(['db>disk 1', 'web>db 4']);
  // A job that is behind is not made up for by ever longer statements.
  nowMs = at(NOON + 14);
  expect(await asked('t', 0, 4)).toEqual(['db>disk 1', 'web>db 3']);
});

test('a sample of traces stands for all', async () => {
  await fixture.engine.command(
    `INSERT INTO spans (tenant, db, table, bucket, trace_id, span_id, parent_span_id, service, expires)
     SELECT 't', 'd', 'x', ${NOON * 6}, unhex(leftPad(hex(intDiv(number, 2) + 1), 32, '0')), unhex(leftPad(hex(number % 2 + 1), 16, '0')),
       if(number % 2 = 0, toFixedString('', 8), unhex('0000000000000001')), if(number % 2 = 0, 'web', 'db'), today() + 7
     FROM numbers(6000)`,
    'load',
    soon(),
  );
  const window = { fromNanos: BigInt(at(NOON)) * 1_000_000n, toNanos: BigInt(at(NOON + 1)) * 1_000_000n };
  const counted = { ...minutesFrom(NOON, window)!, oneIn: 3 };
  const sql = compileDependencies(createSpace('t', 'd', 'x'), window, NOON, counted);
  const calls = (await fixture.row(sql)).column('called').number(0);
  expect(calls % 3).toBe(0);
  expect(calls).not.toBe(3000);
  expect(Math.abs(calls - 3000)).toBeLessThan(400);
});
