import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { env } from 'node:process';
import { expect } from 'vitest';

/** Compares with the whole text in `testdata/`; UPDATE_GOLDEN=1 writes it instead. */
export function expectGolden(name: string, text: string): void {
  const path = join(import.meta.dirname, '..', 'testdata', name);
  if (isUpdating()) writeFileSync(path, `${text}\n`);
  expect(existsSync(path), `${name} is missing: run with UPDATE_GOLDEN=1`).toBe(true);
  expect(`${text}\n`).toBe(readFileSync(path, 'utf8'));
}

function isUpdating(): boolean {
  if (env['UPDATE_GOLDEN'] !== '1') return false;
  if (env['CI'] !== undefined) throw new Error('goldens are changed by people, not by CI');
  return true;
}
