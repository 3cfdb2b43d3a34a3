import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openCopyJournal } from './copy-journal.ts';

function journalPath(): string {
  const directory = mkdtempSync(join(tmpdir(), 'journal-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return join(directory, 'copy.json');
}

test('goes on where it stopped', async () => {
  const path = journalPath();
  const first = await openCopyJournal(path, ['a', 'b', 'c']);
  expect([...first.done]).toEqual([]);
  await first.note('a');
  await first.note('b');
  expect([...(await openCopyJournal(path, ['a', 'b', 'c'])).done]).toEqual(['a', 'b']);
});

test('parts that have expired meanwhile are no hindrance', async () => {
  const path = journalPath();
  await (await openCopyJournal(path, ['a', 'b'])).note('a');
  expect([...(await openCopyJournal(path, ['b'])).done]).toEqual(['a']);
});

test('a store that was written to meanwhile is refused', async () => {
  const path = journalPath();
  await (await openCopyJournal(path, ['a'])).note('a');
  await expect(openCopyJournal(path, ['a', 'b'])).rejects.toMatchObject({
    code: 'failed-precondition',
    message: `spans have come since this copy began (1 parts are new): remove ${path} and copy to an empty database`,
  });
});
