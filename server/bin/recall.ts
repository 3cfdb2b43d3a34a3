import type { Engine } from '../clickhouse/engine/engine.ts';
import { type ListedName, readListedNames } from '../clickhouse/read/listed-names.ts';
import { type SpaceMemories, keyName, operationName } from '../ingest/space-memory.ts';
import { spaceKey } from '../space/space.ts';
import type { Call, TraceStore } from '../store/trace-store.ts';
import type { WritePath } from './open-write-path.ts';

/** Lets the write path go on where an earlier run stopped: which spaces there are, and what their lists hold. */
export async function recall(
  engine: Engine,
  store: TraceStore,
  { knownSpaces, memories }: WritePath,
  call: Call,
): Promise<void> {
  await recallSpaces(store, knownSpaces, call);
  for await (const name of readListedNames(engine, call)) recallName(memories, name);
}

export async function recallSpaces(store: TraceStore, known: Set<string>, call: Call): Promise<void> {
  for (const { space } of await store.spaces(call)) known.add(spaceKey(space));
}

function recallName(memories: SpaceMemories, listed: ListedName): void {
  memories.of(listed.space).recall(listed.list, nameInList(listed));
}

function nameInList(listed: ListedName): string {
  switch (listed.list) {
    case 'services':
      return listed.service;
    case 'operations':
      return operationName(listed.service, listed.name, listed.kind);
    case 'keys':
      return keyName(listed.level, listed.key);
  }
}
