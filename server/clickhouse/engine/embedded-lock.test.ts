import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEmbeddedEngine } from './embedded.ts';

let dataDir: string;
let holder: ChildProcess;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'spanhouse-lock-'));
  const script = `const { Session } = require('chdb');
    new Session(${JSON.stringify(dataDir)}).query('SELECT 1');
    console.log('holding');
    setInterval(() => undefined, 1000);`;
  holder = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(holder.stdout!, 'data');
});
afterAll(async () => {
  holder.kill('SIGKILL');
  await once(holder, 'close');
  await rm(dataDir, { recursive: true });
});

test('a directory that another process holds is named', async () => {
  const options = { dataDir, memoryBytes: 2 ** 29, readSessions: 1, threads: 1 };
  await expect(openEmbeddedEngine(options)).rejects.toMatchObject({
    code: 'failed-precondition',
    message: `process ${holder.pid!} holds the data directory ${dataDir}: stop it, or set SPANHOUSE_DATA_DIR to another directory`,
    setting: 'SPANHOUSE_DATA_DIR',
  });
});
