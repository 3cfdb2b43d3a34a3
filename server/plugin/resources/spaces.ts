/** A space of the server's list. */
export interface KnownSpace {
  readonly tenant: string;
  readonly db: string;
  readonly table: string;
  readonly spanCount: number;
  readonly firstStart: string;
  readonly lastStart: string;
}

/** Of `GET /api/v1/spaces`. */
export function parseSpaces(answer: unknown): readonly KnownSpace[] {
  const { spaces } = answer as { readonly spaces?: readonly KnownSpace[] };
  return spaces ?? [];
}
