import { setTimeout as sleep } from 'node:timers/promises';
import type { KeptQuery } from '../../../src/contract/query.ts';
import { checkedLength, type Frame, type FrameField } from '../frames/frame.ts';
import { UpstreamError } from '../instance/upstream.ts';
import type { AskedQuery } from '../queries/query-handler.ts';

export interface TailOptions {
  readonly kept: KeptQuery;
  readonly search: (asked: AskedQuery) => Promise<readonly Frame[]>;
  readonly emit: (frame: Frame) => Promise<void>;
  readonly signal: AbortSignal;
  readonly nowMs?: () => number;
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

const EVERY_MS = 2_000;
/** While the server is away. */
const MAX_PAUSE_MS = 30_000;
/** Spans arrive when they end, some a while later: so far back is looked again. */
const LOOK_BACK_MS = 60_000;
const NANOS_PER_MS = 1_000_000n;
const MAX_ROWS = 500;

/** Searches again and again for the newest spans and emits those that were not seen yet, until it is given up. */
export async function runTail(options: TailOptions): Promise<void> {
  const { kept, search, emit, signal, nowMs = Date.now, wait = pause } = options;
  const seen = createSeen();
  let pauseMs = EVERY_MS;
  let isFirst = true;
  while (!signal.aborted) {
    const toMs = nowMs();
    try {
      const [frame] = await search(askedOf(kept, toMs - LOOK_BACK_MS, toMs));
      const fresh = frame === undefined ? undefined : seen.newRows(frame, toMs - 2 * LOOK_BACK_MS);
      // The first one also says which columns there are.
      if (fresh !== undefined && (isFirst || checkedLength(fresh) > 0)) await emit(fresh);
      isFirst &&= fresh === undefined;
      pauseMs = EVERY_MS;
    } catch (thrown) {
      if (!(thrown instanceof UpstreamError)) throw thrown;
      pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS);
    }
    await wait(pauseMs, signal);
  }
}

function askedOf(kept: KeptQuery, fromMs: number, toMs: number): AskedQuery {
  return {
    refId: kept.refId ?? 'A',
    kept: { ...kept, queryType: 'search', rows: 'spans', sort: 'start', limit: MAX_ROWS },
    fromMs,
    toMs,
    intervalMs: EVERY_MS,
    maxDataPoints: MAX_ROWS,
  };
}

/** Rows that were emitted, as long as they can be found again. */
function createSeen(): { newRows(frame: Frame, forgetBeforeMs: number): Frame } {
  const seen = new Map<string, number>();
  return {
    newRows(frame, forgetBeforeMs) {
      for (const [row, startMs] of seen) if (startMs < forgetBeforeMs) seen.delete(row);
      const starts = frame.fields.find((field) => field.type === 'time');
      const fresh = Array.from({ length: checkedLength(frame) }, (_, at) => at).filter((at) => {
        const row = keyOf(frame, at);
        if (seen.has(row)) return false;
        const start = starts?.values[at];
        seen.set(row, start === undefined || start === null ? Infinity : Number(start / NANOS_PER_MS));
        return true;
      });
      return { ...frame, fields: frame.fields.map((field) => rowsOf(field, fresh)) };
    },
  };
}

function keyOf({ fields }: Frame, at: number): string {
  return JSON.stringify(fields.map(({ values }) => spelled(values[at])));
}

function spelled(value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

function rowsOf(field: FrameField, rows: readonly number[]): FrameField {
  return { ...field, values: rows.map((at) => field.values[at] ?? null) } as FrameField;
}

/** Ends early, and without an error, when nobody waits any more. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
}
