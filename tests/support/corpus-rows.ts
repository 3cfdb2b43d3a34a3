import { Session } from 'chdb';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CATALOG_COLUMNS,
  type Column,
  SPAN_COLUMNS,
  columnStructure,
} from '../../server/columns/span-columns.ts';

export type Row = Readonly<Record<string, unknown>>;

/** The real engine as the judge of what our blocks say. */
export interface RowReader {
  spans(blocks: Uint8Array): Promise<readonly Row[]>;
  catalog(blocks: Uint8Array): Promise<readonly Row[]>;
  /** Any question about a file of blocks, which stands where `{file}` is written; its answer as Native. */
  ask(sql: string, blocks: Uint8Array, columns?: readonly Column[]): Promise<Uint8Array>;
  close(): void;
}

const FRAME: Column = { name: 'frame', type: 'LowCardinality(String)' };
const SETTINGS = 'SETTINGS output_format_json_quote_64bit_integers = 1, max_threads = 1';

/** Maps as lists, because keys may repeat; ids in hex; times as the numbers they are. */
const pairs = (map: string): string => `CAST(${map}, 'Array(Tuple(String, String))')`;
const EVENT = `(toUnixTimestamp64Nano(e.time), e.name, ${pairs('e.attr')}, e.attr_types, e.dropped_attributes)`;
const EVENT_TYPE =
  'Tuple(time Int64, name String, attr Array(Tuple(String, String)), attr_types String, dropped_attributes UInt32)';
const LINK = `(lower(hex(l.trace_id)), lower(hex(l.span_id)), l.trace_state, ${pairs('l.attr')}, l.attr_types, l.dropped_attributes, l.flags)`;
const LINK_TYPE =
  'Tuple(trace_id String, span_id String, trace_state String, attr Array(Tuple(String, String)), attr_types String, dropped_attributes UInt32, flags UInt32)';
const SPAN_ROW = `* EXCEPT (frame) REPLACE (
  lower(hex(trace_id)) AS trace_id, lower(hex(span_id)) AS span_id, lower(hex(parent_span_id)) AS parent_span_id,
  toUnixTimestamp64Nano(start) AS start, lower(hex(resource_id)) AS resource_id, lower(hex(scope_id)) AS scope_id,
  ${pairs('attr')} AS attr, ${pairs('attr_u')} AS attr_u,
  arrayMap(e -> CAST(${EVENT}, '${EVENT_TYPE}'), events) AS events,
  arrayMap(l -> CAST(${LINK}, '${LINK_TYPE}'), links) AS links)`;
const CATALOG_ROW = `* EXCEPT (frame) REPLACE (lower(hex(id)) AS id, ${pairs('attr')} AS attr)`;

export function openRowReader(): RowReader {
  const directory = mkdtempSync(join(tmpdir(), 'spanhouse-rows-'));
  const session = new Session();
  let files = 0;

  const query = async (sql: string, columns: readonly Column[], blocks: Uint8Array, format: string) => {
    const path = join(directory, `${files++}.native`);
    writeFileSync(path, blocks);
    const source = `file('${path}', 'Native', '${columnStructure([FRAME, ...columns]).replaceAll("'", "\\'")}')`;
    const result = await session.queryAsync(`${sql.replace('{file}', source)} ${SETTINGS}`, { format });
    rmSync(path);
    return result;
  };
  const rows = async (select: string, columns: readonly Column[], blocks: Uint8Array): Promise<Row[]> => {
    if (blocks.length === 0) return [];
    const result = await query(`SELECT ${select} FROM {file}`, columns, blocks, 'JSONEachRow');
    return result.text().trimEnd().split('\n').map((line) => JSON.parse(line) as Row); // prettier-ignore
  };

  return {
    spans: (blocks) => rows(SPAN_ROW, SPAN_COLUMNS, blocks),
    catalog: (blocks) => rows(CATALOG_ROW, CATALOG_COLUMNS, blocks),
    ask: async (sql, blocks, columns = SPAN_COLUMNS) => (await query(sql, columns, blocks, 'Native')).bytes(),
    close() {
      session.close();
      rmSync(directory, { recursive: true });
    },
  };
}
