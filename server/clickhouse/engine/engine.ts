import type { Call } from '../../store/trace-store.ts';

/** Who is waiting: a person (`read`), a segment (`load`), or nobody in a hurry (`job`). Each lane has its own sessions. */
export type Lane = 'read' | 'load' | 'job';

/** A file of Native blocks on this machine's disk, to become rows. */
export interface NativeFile {
  readonly path: string;
  /** Names and types of the columns in the file, as `file()` and `input()` take them. */
  readonly structure: string;
}

/**
 * ClickHouse, wherever it runs. Statements come from the compiler alone; results are Native bytes.
 * Every failure is a Fault: `unavailable` when the engine cannot be reached or has no memory left (a retry may help),
 * `too-slow` and `cancelled` for the call's own limits, `internal` for a statement that the engine refuses.
 */
export interface Engine {
  readonly kind: 'embedded' | 'remote';
  /** Runs a statement that returns nothing. */
  command(sql: string, lane: Lane, call: Call): Promise<void>;
  /** The whole result as Native blocks, one after the other. */
  read(sql: string, call: Call): Promise<Uint8Array>;
  /** The result as it comes, cut anywhere. Ending the iteration early stops the statement. */
  stream(sql: string, call: Call): AsyncIterable<Uint8Array>;
  /**
   * Runs `INSERT INTO table (columns) SELECT … FROM {source} …`: the adapter writes the statement with `source` where the
   * file's rows go (`file()` embedded, `input()` remote with the same bytes as the body).
   */
  load(sql: (source: string) => string, file: NativeFile, call: Call): Promise<void>;
  /** Stops taking statements, waits for those in flight, gives everything back. */
  close(): Promise<void>;
}
