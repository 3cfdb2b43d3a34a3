import type { Fault } from '../errors/fault.ts';

/** What the log and its loader tell whoever logs and counts. */
export type WalEvent =
  | {
      readonly kind: 'committed';
      readonly appends: number;
      readonly rows: number;
      readonly bytes: number;
      readonly tookMs: number;
    }
  | { readonly kind: 'write-failed'; readonly appends: number; readonly fault: Fault }
  | {
      readonly kind: 'sealed';
      readonly token: string;
      readonly rows: number;
      readonly bytes: number;
      readonly ageMs: number;
    }
  | { readonly kind: 'recovered'; readonly token: string; readonly rows: number; readonly bytes: number }
  /** A write that had broken off was cut away at start; it had not been acknowledged. */
  | { readonly kind: 'tail-cut'; readonly path: string; readonly bytes: number }
  | { readonly kind: 'set-aside'; readonly path: string; readonly rows: number; readonly reason: string }
  | {
      readonly kind: 'loaded';
      readonly token: string;
      readonly rows: number;
      readonly bytes: number;
      readonly tookMs: number;
      readonly ageMs: number;
    }
  | {
      readonly kind: 'load-failed';
      readonly token: string | undefined;
      readonly fault: Fault;
      readonly retryInMs: number;
    }
  | { readonly kind: 'split'; readonly token: string; readonly fault: Fault }
  /** So many blocks in a row were refused alone that it is the engine's doing: from now on they stay in the log. */
  | { readonly kind: 'hold-begun'; readonly token: string; readonly setAside: number; readonly fault: Fault }
  /** What was held back is taken again. */
  | { readonly kind: 'hold-ended'; readonly token: string }
  /** The files of a loaded segment are still there; the next start loads it once more, which changes nothing. */
  | { readonly kind: 'removal-failed'; readonly token: string; readonly fault: Fault };

/** MUST NOT throw, and MUST NOT wait: it is called in the middle of the log's work. */
export type WalObserver = (event: WalEvent) => void;
