import type { Call } from '../../store/trace-store.ts';

/** Who is waiting: a person (`read`), a segment (`load`), or nobody in a hurry (`job`). Each lane has its own sessions. */
export type Lane = 'read' | 'load' | 'job';

/** A file of Native blocks on this machine's disk, to become rows. */
export interface NativeFile {
  readonly path: string;
  /** Names and types of the columns in the file, as `file()` and `input()` take them. */
  readonly structure: string;
}

/** Of one statement: a filter of some kilobytes is asked in several places, each with the columns it may stand in. */
export const MAX_STATEMENT_BYTES = 4 << 20;

/** What a statement may take beside its time. */
export interface ReadLimits {
  /** Rows as the engine counts them before it reads, once its indexes have been asked; past it the statement is refused. */
  readonly maxRows?: number;
}

/** The part of an engine by which queries are answered. */
export interface EngineReads {
  /** The whole result as Native blocks, one after the other. */
  read(sql: string, call: Call, limits?: ReadLimits): Promise<Uint8Array>;
  /** The result as it comes, cut anywhere. Ending the iteration early stops the statement. */
  stream(sql: string, call: Call, limits?: ReadLimits): AsyncIterable<Uint8Array>;
}

/**
 * ClickHouse, wherever it runs. Statements come from the compiler alone; results are Native bytes.
 * Every failure is a Fault: `unavailable` when the engine cannot be reached or has no memory left (a retry may help),
 * `too-slow` and `cancelled` for the call's own limits, `too-large` past its limit of rows, `internal` for a statement that
 * the engine refuses.
 */
export interface Engine extends EngineReads {
  readonly kind: 'embedded' | 'remote';
  /** Runs a statement that returns nothing. */
  command(sql: string, lane: Lane, call: Call): Promise<void>;
  /**
   * Runs `INSERT INTO table (columns) SELECT … FROM {source} …`: the adapter writes the statement with `source` where the
   * file's rows go (`file()` embedded, `input()` remote with the same bytes as the body).
   */
  load(sql: (source: string) => string, file: NativeFile, call: Call): Promise<void>;
  /** Stops taking statements, waits for those in flight, gives everything back. */
  close(): Promise<void>;
}
