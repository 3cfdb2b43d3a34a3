import { readFile, rename, writeFile } from 'node:fs/promises';
import { Fault } from '../errors/fault.ts';

interface Entry {
  /** Names of all parts when the copy began. */
  readonly plan: readonly string[];
  readonly done: readonly string[];
}

/** How far a copy has come, on the disk. */
export interface CopyJournal {
  readonly done: ReadonlySet<string>;
  note(part: string): Promise<void>;
}

/**
 * Begins a copy or goes on with one. Parts that are not in the plan with which it began would overlap those that are
 * copied, so a store that was written to meanwhile is refused with Fault `failed-precondition`.
 */
export async function openCopyJournal(path: string, plan: readonly string[]): Promise<CopyJournal> {
  const begun = (await readEntry(path)) ?? { plan, done: [] };
  const fresh = plan.filter((part) => !begun.plan.includes(part));
  if (fresh.length > 0) {
    throw new Fault(
      'failed-precondition',
      `spans have come since this copy began (${fresh.length} parts are new): remove ${path} and copy to an empty database`,
      { field: path, value: fresh[0]! },
    );
  }
  const done = new Set(begun.done);
  return {
    done,
    async note(part) {
      done.add(part);
      await writeEntry(path, { plan: begun.plan, done: [...done] });
    },
  };
}

async function readEntry(path: string): Promise<Entry | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Entry);
}

/** Whole or not at all. */
async function writeEntry(path: string, entry: Entry): Promise<void> {
  await writeFile(`${path}.new`, JSON.stringify(entry));
  await rename(`${path}.new`, path);
}
