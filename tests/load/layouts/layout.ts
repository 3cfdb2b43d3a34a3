/** How the attribute tokens of one map are searched. */
export type TokenIndex = 'text' | 'bloom' | 'none';

export type Codecs = 'lz4' | 'zstd1' | 'zstd1-maps3' | 'tuned';

/** Where trace times, rates and counts are kept. */
export type Aside = 'none' | 'views' | 'projections';

/** One way to lay the spans out. Every layout differs from BASE in what it is named after and nothing else. */
export interface Layout {
  readonly sort: 'trace' | 'service';
  /** Index on the trace id; needed where the rows are not sorted by it. */
  readonly traceIndex: TokenIndex;
  readonly maps: 'two' | 'one';
  readonly index: TokenIndex;
  readonly textParameters: string;
  /** How service and operation are searched: by indexes of their own, or as tokens among the attributes'. */
  readonly nameIndex: TokenIndex | 'tokens';
  /** Skip index for `exists`. */
  readonly keyIndex: TokenIndex;
  readonly resource: 'id' | 'inline';
  readonly bucketSeconds: number;
  readonly granule: number;
  readonly codecs: Codecs;
  readonly aside: Aside;
  readonly durationQuantiles: string;
  /** Rows of a segment, cut from the files of about 100,000. */
  readonly segmentRows: number;
  /** Milliseconds from the start of one load to the next; 0 loads as fast as it can. */
  readonly paceMs: number;
  readonly tableSettings: Readonly<Record<string, string | number>>;
  readonly insertSettings: Readonly<Record<string, string | number>>;
}

export const BASE: Layout = {
  sort: 'trace',
  traceIndex: 'none',
  maps: 'two',
  index: 'text',
  textParameters: `tokenizer = 'array', posting_list_codec = 'bitpacking'`,
  nameIndex: 'none',
  keyIndex: 'bloom',
  resource: 'id',
  bucketSeconds: 10,
  granule: 8192,
  codecs: 'zstd1-maps3',
  aside: 'none',
  durationQuantiles: 'quantilesDD(0.01, 0.5, 0.95)',
  segmentRows: 100_000,
  paceMs: 0,
  tableSettings: {},
  insertSettings: {},
};

const PROJECTED: Layout = { ...BASE, aside: 'projections' };

/** What the product has: see docs/adr/001-schema.md. */
const CHOSEN: Layout = {
  ...PROJECTED,
  nameIndex: 'text',
  granule: 4096,
  tableSettings: { merge_selector_base: 10 },
};

/** Every layout that was compared, by name; `npm run bench -- layouts --layout NAME` runs one. */
export const LAYOUTS: Readonly<Record<string, Layout>> = {
  base: BASE,
  'service-sorted-text': { ...BASE, sort: 'service', traceIndex: 'text' },
  'service-sorted-bloom': { ...BASE, sort: 'service', traceIndex: 'bloom' },
  'one-map-text': { ...BASE, maps: 'one' },
  'one-map-bloom': { ...BASE, maps: 'one', index: 'bloom' },
  'no-index': { ...BASE, index: 'none', keyIndex: 'none' },
  'no-key-index': { ...BASE, keyIndex: 'none' },
  'resource-inline': { ...BASE, resource: 'inline' },
  'bucket-60': { ...BASE, bucketSeconds: 60 },
  'bucket-300': { ...BASE, bucketSeconds: 300 },
  'granule-4096': { ...BASE, granule: 4096 },
  'granule-2048': { ...BASE, granule: 2048 },
  'codec-lz4': { ...BASE, codecs: 'lz4' },
  'codec-zstd1': { ...BASE, codecs: 'zstd1' },
  'codec-tuned': { ...BASE, codecs: 'tuned' },
  'aside-views': { ...BASE, aside: 'views' },
  'aside-projections': PROJECTED,
  ...mergeBases(5, 10, 20, 40),
  'name-tokens': { ...BASE, nameIndex: 'tokens' },
  'name-text': { ...BASE, nameIndex: 'text' },
  'name-bloom': { ...BASE, nameIndex: 'bloom' },
  chosen: CHOSEN,
};

/** How many parts of a size the merges wait for, at 100,000 spans a second. */
function mergeBases(...bases: readonly number[]): Record<string, Layout> {
  const layout = (base: number): Layout => ({
    ...PROJECTED,
    paceMs: 1000,
    tableSettings: { merge_selector_base: base },
  });
  return Object.fromEntries(bases.map((base) => [`merge-base-${base}`, layout(base)]));
}
