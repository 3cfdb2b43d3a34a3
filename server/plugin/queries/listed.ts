import type { FrameMeta } from '../frames/frame.ts';

/** A list that the server gave, whole or cut at its limit. */
export interface Listed<Item> {
  readonly items: readonly Item[];
  readonly cut: boolean;
  readonly executed: string;
}

export function listMeta({ items, cut, executed }: Listed<unknown>, what: string): FrameMeta {
  const text = `Only the first ${items.length} ${what} are shown; there are more.`;
  return {
    preferredVisualisationType: 'table',
    executedQueryString: executed,
    ...(cut ? { notices: [{ severity: 'warning', text }] } : {}),
  };
}
