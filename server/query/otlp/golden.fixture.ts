import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { env } from 'node:process';
import { expect } from 'vitest';

/**
 * Compares a compact JSON text with the file in `testdata/`, byte for byte but for line feeds: the file has one before
 * each resource, scope, span and list of attributes, so that people can read it. UPDATE_GOLDEN=1 writes it instead.
 */
export function expectGoldenJson(name: string, json: string): void {
  const path = join(import.meta.dirname, 'testdata', name);
  if (isUpdating()) writeFileSync(path, readable(json));
  expect(existsSync(path), `${name} is missing: run with UPDATE_GOLDEN=1`).toBe(true);
  expect(json).toBe(readFileSync(path, 'utf8').replaceAll('\n', ''));
}

/** No string of JSON holds a quote that is not escaped, so these are never inside of one. */
function readable(json: string): string {
  const lines = json.replace(/\{"resource"|\{"scope"|\{"traceId"|\{"key"|"status"|"events"|"links"/g, '\n$&');
  return `${lines.trimStart()}\n`;
}

function isUpdating(): boolean {
  if (env['UPDATE_GOLDEN'] !== '1') return false;
  if (env['CI'] !== undefined) throw new Error('goldens are changed by people, not by CI');
  return true;
}
