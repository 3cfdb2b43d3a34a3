import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { encodeFrame } from '../columns/frame.ts';
import { acquireDirectoryLock } from '../platform/directory-lock.ts';
import { main } from './main.ts';

const LOG_ID = '5ec4e7c0ffee0001';
const TOKEN = `${LOG_ID}-000000000001`;

let dataDir: string;
let printed = '';
let complained = '';

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'spanhouse-set-aside-'));
  printed = '';
  complained = '';
  vi.stubEnv('SPANHOUSE_DATA_DIR', dataDir);
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    complained += String(text);
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(dataDir, { recursive: true });
});

/** A data directory with one block that was refused, one that was damaged, and one whose reason is missing. */
function fill(): void {
  const frame = encodeFrame(Buffer.from(LOG_ID, 'hex'), 0, 2, []);
  mkdirSync(join(dataDir, 'log'));
  writeFileSync(join(dataDir, 'log/log.json'), JSON.stringify({ logId: LOG_ID, nextNumber: 9 }));
  mkdirSync(join(dataDir, 'set-aside'));
  const put = (name: string, bytes: Uint8Array, reason?: object) => {
    const path = join(dataDir, 'set-aside', name);
    writeFileSync(path, bytes);
    if (reason === undefined) utimesSync(path, 0, 0);
    else writeFileSync(`${path}.reason.json`, JSON.stringify(reason));
  };
  const common = { token: TOKEN, time: '2026-01-02T03:04:05.678Z' };
  const cause = 'Code: 27.\n  Cannot parse';
  put(`${TOKEN}-p2.spans`, frame, { ...common, kind: 'refused', rows: 2, message: 'refused', cause });
  put(`${TOKEN}-at7.spans`, Buffer.from('noise'), {
    ...common,
    kind: 'damaged',
    rows: 0,
    message: 'changed',
  });
  put(`${TOKEN}-p3.spans`, frame);
}

test('list: a line for each file, what is not known left out', async () => {
  fill();
  expect(await main(['set-aside', 'list'])).toBe(0);
  expect(printed).toBe(`\
file                                     rows  bytes  when                      reason
5ec4e7c0ffee0001-000000000001-at7.spans  -     5      2026-01-02T03:04:05.678Z  changed
5ec4e7c0ffee0001-000000000001-p2.spans   2     95     2026-01-02T03:04:05.678Z  refused: Code: 27. Cannot parse
5ec4e7c0ffee0001-000000000001-p3.spans   -     95     1970-01-01T00:00:00.000Z  -
`);
});

test('retry: what is whole is back in the log, what is not stays, and both are said', async () => {
  fill();
  expect(await main(['set-aside', 'retry'])).toBe(1);
  expect(printed).toBe(`\
${TOKEN}-at7.spans stays set aside: it is damaged: its bytes are not what was written
${TOKEN}-p2.spans is back in the log
${TOKEN}-p3.spans is back in the log
2 to be loaded by the next start of the server, 1 still set aside
`);
  expect(readdirSync(join(dataDir, 'log'))).toEqual([
    '000000000001-p2.spans',
    '000000000001-p3.spans',
    'log.json',
  ]);
  const left = `${TOKEN}-at7.spans`;
  expect(readdirSync(join(dataDir, 'set-aside'))).toEqual([left, `${left}.reason.json`]);
});

test('retry: says who holds the directory, and moves nothing', async () => {
  fill();
  const lock = await acquireDirectoryLock(dataDir);
  expect(await main(['set-aside', 'retry'])).toBe(1);
  await lock.release();
  expect(complained).toContain(`the data directory ${dataDir} is in use by process ${process.pid}`);
  expect(readdirSync(join(dataDir, 'log'))).toEqual(['log.json']);
});

test.each([['list'], ['retry']])('%s: says that nothing is there', async (word) => {
  expect(await main(['set-aside', word])).toBe(0);
  expect(printed).toBe('nothing is set aside\n');
});

test('needs to be told what to do', async () => {
  expect(await main(['set-aside'])).toBe(2);
  expect(complained).toBe('spanhouse: set-aside needs one of the words list and retry\n');
});
