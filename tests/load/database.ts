import { setTimeout as sleep } from 'node:timers/promises';
import { Session } from 'chdb';
import type { ChdbResult } from 'chdb';

/** The embedded engine in this process, for benchmarks that look at tables rather than at the product. */
export class Database {
  private readonly session: Session;

  constructor(directory: string) {
    this.session = new Session(directory);
  }

  async run(sql: string): Promise<void> {
    await this.session.queryAsync(sql, { format: 'Null' });
  }

  async rows<T>(sql: string): Promise<T[]> {
    return parseLines<T>(await this.session.queryAsync(`${sql} FORMAT JSONEachRow`));
  }

  async row<T>(sql: string): Promise<T> {
    const [first] = await this.rows<T>(sql);
    if (first === undefined) throw new Error(`no row from: ${sql}`);
    return first;
  }

  /** Runs a read for its cost alone, the result in Native as the product takes it. */
  async read(sql: string): Promise<void> {
    await this.session.queryAsync(sql, { format: 'Native' });
  }

  /** The engine's own counters since it started, such as `SelectedMarks`. */
  async counters(...names: string[]): Promise<number[]> {
    const list = names.map((name) => `toFloat64(sumIf(value, event = '${name}'))`).join(', ');
    const { counts } = await this.row<{ counts: number[] }>(`SELECT [${list}] AS counts FROM system.events`);
    return counts;
  }

  async mergesRunning(): Promise<number> {
    const { count } = await this.row<{ count: number }>(
      'SELECT toUInt32(count()) AS count FROM system.merges',
    );
    return count;
  }

  close(): void {
    this.session.close();
  }
}

function parseLines<T>(result: ChdbResult): T[] {
  const lines = result.text().split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as T);
}

const QUIET_MS = 12_000;
const POLL_MS = 200;

/**
 * Waits until no merge has run for longer than the engine sleeps between two looks for work.
 * Resolves to what `read` said when the last merge had just ended, so that the waiting itself is not counted.
 */
export async function untilQuiet<T>(database: Database, read: () => T): Promise<T> {
  let last = read();
  let quietSince = performance.now();
  while (performance.now() - quietSince < QUIET_MS) {
    if ((await database.mergesRunning()) > 0) {
      last = read();
      quietSince = performance.now();
    }
    await sleep(POLL_MS);
  }
  return last;
}
