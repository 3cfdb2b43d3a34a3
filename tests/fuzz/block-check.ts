import { decodeNative } from '../../server/columns/native-reader.ts';
import { CATALOG_COLUMNS } from '../../server/columns/span-columns.ts';
import { type RowReader, openRowReader } from '../support/corpus-rows.ts';
import type { CheckedBatch } from './decoder-check.ts';

/** Every column is read, so every byte of a block is. */
const SUMS = 'count() AS rows, sum(cityHash64(* EXCEPT (frame))) AS all';

/** The real engine as the judge of blocks: it reads them, and finds as much in them as was written. */
export class BlockCheck {
  readonly #reader: RowReader = openRowReader();

  /** Throws an Error for a block that says something else. */
  async check({ rows, fragments, spans, catalog }: CheckedBatch): Promise<void> {
    if (spans.length > 0) {
      const [block] = decodeNative(await this.#reader.ask(`SELECT ${SUMS} FROM {file}`, spans));
      same('spans', block!.column('rows').number(0), rows);
    }
    if (catalog.length > 0) {
      const sql = `SELECT ${SUMS}, countIf(fact IN ('event', 'link')) AS fragments FROM {file}`;
      const [block] = decodeNative(await this.#reader.ask(sql, catalog, CATALOG_COLUMNS));
      same('events and links', block!.column('fragments').number(0), fragments);
    }
  }

  close(): void {
    this.#reader.close();
  }
}

function same(what: string, read: number, written: number): void {
  if (read !== written) throw new Error(`the engine read ${read} ${what} where ${written} were written`);
}
