import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startServer, tidyUp } from '../support/server-process.ts';
import { until } from '../support/wait.ts';
import { encodeTraffic } from './traffic/encode-traffic.ts';
import { PROTOCOL_NAMES, PROTOCOLS } from './traffic/protocols.ts';
import { replaySpool } from './traffic/replay-spool.ts';
import { SHAPES } from './traffic/shape.ts';
import { writeSpool } from './traffic/spool.ts';

/** Whether the benchmark still runs, not what it measures: figures are never gates. */
const PROGRAM = join(import.meta.dirname, '..', '..', 'dist', 'tests', 'load', 'bench.js');
let scratch: string;

interface Saved {
  readonly scenario: string;
  readonly cores: number;
  readonly node: string;
  readonly conditions: { readonly spans: number };
  readonly tables: readonly { readonly rows: readonly Readonly<Record<string, string | number>>[] }[];
}

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'spanhouse-bench-test-'));
});

afterEach(() => {
  tidyUp();
  rmSync(scratch, { recursive: true, force: true });
});

test('ingest runs end to end, saves its figures and leaves nothing behind', { timeout: 60_000 }, async () => {
  const json = join(scratch, 'figures.json');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [PROGRAM, 'ingest', '--spans', '5000', '--calm', '2', '--json', json],
    { env: { ...process.env, TMPDIR: scratch } },
  );
  expect(stdout).toContain('server CPU, accept to merged');
  const saved = JSON.parse(readFileSync(json, 'utf8')) as Saved;
  expect(saved).toMatchObject({ scenario: 'ingest', node: process.version, conditions: { spans: 5000 } });
  expect(saved.cores).toBeGreaterThan(0);
  const measured = saved.tables.flatMap(({ rows }) => rows).filter((row) => 'measured' in row);
  expect(measured.length).toBeGreaterThan(10);
  for (const row of measured) expect(row['measured'], String(row['figure'])).toBeTypeOf('number');
  expect(readdirSync(scratch)).toEqual(['figures.json']);
});

test('ingest by two protocols sets them side by side', { timeout: 60_000 }, async () => {
  const json = join(scratch, 'figures.json');
  const options = [
    '--spans',
    '500',
    '--calm',
    '1',
    '--protocol',
    'jaeger-udp',
    '--protocol',
    'otlp-protobuf',
  ];
  await promisify(execFile)(process.execPath, [PROGRAM, 'ingest', ...options, '--json', json], {
    env: { ...process.env, TMPDIR: scratch },
  });
  const [table] = (JSON.parse(readFileSync(json, 'utf8')) as Saved).tables;
  expect(table!.rows).toMatchObject([
    { protocol: 'otlp-protobuf', 'to otlp-protobuf': 1, budget: 1.5, lost: 0 },
    { protocol: 'jaeger-udp', 'to otlp-protobuf': expect.any(Number) as number, budget: 1.5 },
  ]);
  expect(readdirSync(scratch)).toEqual(['figures.json']);
});

test('every protocol gets all its spans to the server', { timeout: 60_000 }, async () => {
  const server = await startServer({ JAEGER_COMPACT_PORT: '0' });
  const accepted = () => server.metric('spanhouse_spans_accepted_total');
  const fromNanos = BigInt(Date.now()) * 1_000_000n;
  const load = { spans: 300, seed: 7, fromNanos, overNanos: 10n ** 9n };
  const spool = join(scratch, 'spool');
  for (const [index, protocol] of PROTOCOL_NAMES.entries()) {
    const { createFormat, listener } = PROTOCOLS[protocol];
    const { spans } = writeSpool(spool, encodeTraffic(SHAPES.third, { ...load, format: createFormat() }));
    const address = server.addresses[listener].replace('http://', '');
    // Slow enough for datagrams on a machine whose system holds few of them.
    const pace = { connections: 2, spansPerSecond: 3000 };
    const report = await replaySpool({ protocol, address, spool, ...pace });
    expect(report, protocol).toMatchObject({ spans, refusals: 0 });
    expect(report.latenciesMs.length).toBeGreaterThan(0);
    const want = (index + 1) * load.spans;
    await until(`${want} spans, the last of them by ${protocol}`, async () => (await accepted()) >= want);
    expect(await accepted(), protocol).toBe(want);
  }
  await server.stop();
});

test('a protocol that there is not is told, with those that there are', async () => {
  const args = [PROGRAM, 'ingest', '--protocol', 'smoke-signals'];
  await expect(promisify(execFile)(process.execPath, args)).rejects.toThrow(
    '--protocol is "smoke-signals", but must be all or one of otlp-protobuf, otlp-json',
  );
});

test('jaeger runs end to end and has a figure for every question', { timeout: 60_000 }, async () => {
  const json = join(scratch, 'figures.json');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [PROGRAM, 'jaeger', '--spans', '5000', '--runs', '2', '--seconds', '1', '--calm', '1', '--json', json],
    { env: { ...process.env, TMPDIR: scratch } },
  );
  expect(stdout).toContain('v3 trace by id');
  const saved = JSON.parse(readFileSync(json, 'utf8')) as Saved;
  expect(saved).toMatchObject({ scenario: 'jaeger', conditions: { spans: 5000 } });
  const [questions] = saved.tables.map(({ rows }) => rows);
  expect(questions!.length).toBeGreaterThan(10);
  for (const row of questions!) {
    for (const column of ['p50', 'CPU', 'p50, load elsewhere', 'p99, load in the space'])
      expect(row[column], `${row['question']}: ${column}`).toBeTypeOf('number');
  }
  expect(readdirSync(scratch)).toEqual(['figures.json']);
});

test('large-trace runs end to end, through the port and over HTTP', { timeout: 60_000 }, async () => {
  const json = join(scratch, 'figures.json');
  await promisify(execFile)(
    process.execPath,
    [PROGRAM, 'large-trace', '--spans', '5000', '--runs', '1', '--calm', '1', '--json', json],
    { env: { ...process.env, TMPDIR: scratch } },
  );
  const { tables } = JSON.parse(readFileSync(json, 'utf8')) as Saved;
  const [port, http] = tables.map(({ rows }) => rows);
  expect(port!.map((row) => row['figure'])).toContain('whole trace, median');
  expect(http!.map((row) => row['form'])).toContain('v3, lines');
  for (const row of http!) expect(row['peak above it MiB'], String(row['form'])).toBeTypeOf('number');
  expect(readdirSync(scratch)).toEqual(['figures.json']);
});
