import { expect } from 'vitest';
import type { Space } from '../../server/space/space.ts';
import type { StoppedStore } from './stopped-store.ts';

const HOUR_NANOS = 3_600_000_000_000n;

export interface SentBatches {
  readonly senderId: number;
  readonly spansPerBatch: number;
  readonly acknowledged: readonly number[];
}

/**
 * Every batch that was acknowledged is in the store, whole and once; one that was not is there whole and once, or not
 * at all. Returns how many spans of the sender there are.
 */
export async function expectBatches(store: StoppedStore, sent: SentBatches): Promise<number> {
  const rows = await store.rows(`
    SELECT reinterpretAsUInt32(reverse(substring(span_id, 1, 4))) AS batch, count() AS rows, uniqExact(span_id) AS ids
    FROM spans
    WHERE reinterpretAsUInt32(reverse(substring(trace_id, 1, 4))) = ${sent.senderId}
    GROUP BY batch`);
  const stored = new Map(rows.map(({ batch, rows: count, ids }) => [Number(batch), { count, ids }]));
  const lost = sent.acknowledged.filter((batch) => !stored.has(batch));
  const notOnce = rows.filter(
    ({ rows: count, ids }) => count !== sent.spansPerBatch || ids !== sent.spansPerBatch,
  );
  expect({ lost: lost.slice(0, 20), notOnce: notOnce.slice(0, 20) }).toEqual({ lost: [], notOnce: [] });
  return [...stored.values()].reduce((sum, { count }) => sum + Number(count), 0);
}

/** The list of spaces and the rates, which the engine keeps beside the rows, tell of as many spans as there are rows. */
export async function expectCountsAgree(store: StoppedStore, space: Space): Promise<void> {
  const [{ rows } = { rows: 0 }] = await store.rows(
    `SELECT count() AS rows FROM spans WHERE tenant = '${space.tenant}' AND db = '${space.db}' AND table = '${space.table}'`,
  );
  const summary = (await store.spaces()).find(
    ({ space: { tenant, db, table } }) => tenant === space.tenant && db === space.db && table === space.table,
  );
  const nowNanos = BigInt(Date.now()) * 1_000_000n;
  const series = await store.rates(space, {
    window: { fromNanos: nowNanos - 24n * HOUR_NANOS, toNanos: nowNanos + 24n * HOUR_NANOS },
    stepNanos: HOUR_NANOS,
    by: ['service'],
    quantiles: [0.5],
  });
  const calls = series.flatMap(({ points }) => points).reduce((sum, point) => sum + point.calls, 0);
  expect({ listed: summary?.spanCount, calls }).toEqual({ listed: rows, calls: rows });
}
