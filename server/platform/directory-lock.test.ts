import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { acquireDirectoryLock } from './directory-lock.ts';

let directory: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'spanhouse-lock-'));
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(directory, { recursive: true });
});

/** Another process that listens where the lock would. */
async function holdElsewhere(socketPath: string): Promise<ChildProcess> {
  const script = `require('net').createServer((s) => s.end('{"pid":4711,"host":"elsewhere","since":"2026-01-01T00:00:00.000Z"}'))
    .listen(${JSON.stringify(socketPath)}, () => console.log('held'))`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  await once(child.stdout, 'data');
  return child;
}

describe('acquireDirectoryLock', () => {
  test('makes the directory, and leaves nothing in it when released', async () => {
    const nested = join(directory, 'a', 'b');
    const lock = await acquireDirectoryLock(nested);
    expect(await readdir(nested)).toEqual(['lock.sock']);
    await lock.release();
    expect(await readdir(nested)).toEqual([]);
  });

  test('a second start is told who holds it; after a release it may have it', async () => {
    const lock = await acquireDirectoryLock(directory);
    await expect(acquireDirectoryLock(directory)).rejects.toMatchObject({
      code: 'failed-precondition',
      setting: 'SPANHOUSE_DATA_DIR',
      message: expect.stringMatching(
        new RegExp(`in use by process ${process.pid} on .+, since 20.+Z$`),
      ) as string,
    });
    await lock.release();
    await (await acquireDirectoryLock(directory)).release();
  });

  test('another process holds it, until it is killed', async () => {
    const child = await holdElsewhere(join(directory, 'lock.sock'));
    await expect(acquireDirectoryLock(directory)).rejects.toThrow(
      `${directory} is in use by process 4711 on elsewhere, since 2026-01-01T00:00:00.000Z`,
    );

    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await readdir(directory)).toEqual(['lock.sock']);
    await (await acquireDirectoryLock(directory)).release();
  });

  test('a holder that does not answer still holds it', async () => {
    const mute = createServer(() => undefined).listen(join(directory, 'lock.sock'));
    await once(mute, 'listening');
    await expect(acquireDirectoryLock(directory)).rejects.toThrow(
      'in use by another process, which did not say',
    );
    mute.close();
  });

  test('of many starts at once after a kill, one gets it', async () => {
    const child = await holdElsewhere(join(directory, 'lock.sock'));
    child.kill('SIGKILL');
    await once(child, 'exit');

    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, () => acquireDirectoryLock(directory)),
    );
    const locks = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    expect(locks).toHaveLength(1);
    await expect(acquireDirectoryLock(directory)).rejects.toThrow(`in use by process ${process.pid}`);
    expect(await readdir(directory)).toEqual(['lock.sock']);
    await locks[0]!.release();
    expect(await readdir(directory)).toEqual([]);
  });

  test.runIf(process.platform === 'linux')('a path longer than a socket may have is locked too', async () => {
    const long = join(directory, 'x'.repeat(120));
    const lock = await acquireDirectoryLock(long);
    await expect(acquireDirectoryLock(long)).rejects.toThrow(`in use by process ${process.pid}`);
    await lock.release();
    expect(await readdir(long)).toEqual([]);
  });

  test('a file where the directory should be is a refusal', async () => {
    await (await acquireDirectoryLock(directory)).release();
    await expect(acquireDirectoryLock('/dev/null/data')).rejects.toMatchObject({
      code: 'failed-precondition',
    });
  });
});
