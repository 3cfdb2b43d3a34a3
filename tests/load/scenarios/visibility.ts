import { setTimeout as sleep } from 'node:timers/promises';
import { encodeTraffic } from '../traffic/encode-traffic.ts';
import { FIRST } from '../traffic/shape.ts';
import type { MeasuredServer } from './measured-server.ts';

const PROBE_EVERY_MS = 100;
export const LOOK_EVERY_MS = 50;
const NANOS_PER_MS = 1_000_000n;

/**
 * Sends a span into a space of its own every now and then and looks at the list of spaces until it shows it. Resolves,
 * some time after it is told to stop, to how long each took to be seen after it was acknowledged.
 */
export async function measureVisibility(server: MeasuredServer, over: AbortSignal): Promise<number[]> {
  const acknowledgedMs = new Map<string, number>();
  const visibleMs: number[] = [];
  const probing = probe(server, acknowledgedMs, over);
  while (!over.aborted || acknowledgedMs.size > 0) {
    const spaces = await server.spaces();
    const seenMs = performance.now();
    for (const { tenant } of spaces) {
      const sinceMs = acknowledgedMs.get(tenant);
      if (sinceMs === undefined) continue;
      visibleMs.push(seenMs - sinceMs);
      acknowledgedMs.delete(tenant);
    }
    await sleep(LOOK_EVERY_MS);
  }
  await probing;
  return visibleMs;
}

async function probe(
  server: MeasuredServer,
  acknowledgedMs: Map<string, number>,
  over: AbortSignal,
): Promise<void> {
  let count = 0;
  do {
    const tenant = `probe-${count++}`;
    const headers = { 'content-type': 'application/x-protobuf', tenant };
    const answer = await fetch(`${server.otlpUrl}/v1/traces`, {
      method: 'POST',
      headers,
      body: oneSpan(count),
    });
    if (!answer.ok) throw new Error(`a probe was answered with ${answer.status}`);
    acknowledgedMs.set(tenant, performance.now());
    await sleep(PROBE_EVERY_MS);
  } while (!over.aborted);
}

function oneSpan(seed: number): Uint8Array<ArrayBuffer> {
  const fromNanos = BigInt(Date.now()) * NANOS_PER_MS;
  const [request] = encodeTraffic(FIRST, { spans: 1, seed, fromNanos, overNanos: NANOS_PER_MS });
  return Uint8Array.from(request!.body);
}
