import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Disk } from './disk.ts';
import { nodeDisk } from './disk.ts';
import { cutFile, DurableFile, replaceFile } from './durable-file.ts';
import { FaultyDisk, temporaryHome } from './wal.fixture.ts';

function directory(): string {
  const { directory: path } = temporaryHome();
  return path;
}

/** Writes a few bytes at a time, as a system may. */
function haltingDisk(mostBytes: number): Disk {
  const create = async (path: string) => {
    const file = await nodeDisk.create(path);
    const write = (chunks: readonly Uint8Array[], at: number) =>
      file.write([Buffer.concat(chunks).subarray(0, mostBytes)], at);
    return { ...file, write };
  };
  return { ...nodeDisk, create };
}

it('writes every byte in its place, however little the system takes at once', async () => {
  const chunk = fc.uint8Array({ maxLength: 9 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(chunk), { maxLength: 4 }),
      fc.integer({ min: 1, max: 12 }),
      async (appends, most) => {
        const path = join(directory(), 'file');
        const file = await DurableFile.create(haltingDisk(most), path);
        for (const chunks of appends) await file.append(chunks);
        await file.close();
        const want = Buffer.concat(appends.flat());
        expect(readFileSync(path)).toEqual(want);
        expect(file.durableBytes).toBe(want.length);
      },
    ),
    { numRuns: 50 },
  );
});

it('counts as durable only what was synced', async () => {
  const disk = new FaultyDisk();
  const path = join(directory(), 'file');
  const file = await DurableFile.create(disk, path);
  await file.append([Buffer.from('one')]);
  disk.failure = (operation) => (operation === 'datasync' ? 'EIO' : undefined);
  await expect(file.append([Buffer.from('two')])).rejects.toMatchObject({ code: 'EIO' });
  expect(file.durableBytes).toBe(3);
  await file.close();
  await cutFile(nodeDisk, path, file.durableBytes);
  expect(readFileSync(path, 'utf8')).toBe('one');
});

it('never takes a file that is there for a new one', async () => {
  const path = join(directory(), 'file');
  await (await DurableFile.create(nodeDisk, path)).close();
  await expect(DurableFile.create(nodeDisk, path)).rejects.toMatchObject({ code: 'EEXIST' });
});

it('replaces a file whole or not at all', async () => {
  const disk = new FaultyDisk();
  const path = join(directory(), 'file');
  await replaceFile(disk, path, [Buffer.from('old')]);
  for (const operation of ['create', 'write', 'datasync', 'rename'] as const) {
    disk.failure = (one) => (one === operation ? 'EIO' : undefined);
    await expect(replaceFile(disk, path, [Buffer.from('new')])).rejects.toMatchObject({ code: 'EIO' });
    expect(readFileSync(path, 'utf8')).toBe('old');
  }
  disk.failure = () => undefined;
  await replaceFile(disk, path, [Buffer.from('n'), Buffer.from('ew')]);
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(readdirSync(join(path, '..'))).toEqual(['file', 'log.json']);
});
