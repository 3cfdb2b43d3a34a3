import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';

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
