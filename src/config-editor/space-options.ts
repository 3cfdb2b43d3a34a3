import type { ComboboxOption } from '@grafana/ui';
import type { FoundSpace } from '../completion/completion.ts';

export type SpacePart = 'tenant' | 'db' | 'table';

/** Which of the parts stand before this one, and narrow what it can be. */
const BEFORE: Readonly<Record<SpacePart, readonly SpacePart[]>> = {
  tenant: [],
  db: ['tenant'],
  table: ['tenant', 'db'],
};

/** Names for one part of a space, with the number of spans under each. */
export function spaceOptions(
  part: SpacePart,
  chosen: Readonly<Partial<Record<SpacePart, string | undefined>>>,
  spaces: readonly FoundSpace[],
  typed: string,
): ComboboxOption[] {
  const fitting = spaces.filter((space) =>
    BEFORE[part].every((before) => !chosen[before] || chosen[before] === space[before]),
  );
  const spans = new Map<string, number>();
  for (const space of fitting)
    spans.set(space[part], (spans.get(space[part]) ?? 0) + Number(space.spanCount ?? 0));
  return [...spans]
    .filter(([name]) => name.toLowerCase().includes(typed.toLowerCase()))
    .map(([name, count]) => ({
      label: name,
      value: name,
      description: `${count.toLocaleString('en')} spans`,
    }));
}
