import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';

/** Whether the benchmark still runs, not what it measures: figures are never gates. */
const PROGRAM = join(import.meta.dirname, '..', '..', 'dist', 'tests', 'load', 'bench.js');
const scratch = mkdtempSync(join(tmpdir(), 'spanhouse-bench-test-'));

interface Saved {
  readonly scenario: string;
  readonly cores: number;
  readonly node: string;
  readonly conditions: { readonly spans: number };
  readonly tables: readonly { readonly rows: readonly Readonly<Record<string, string | number>>[] }[];
}

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
