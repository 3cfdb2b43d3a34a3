import type { Resource, SpanId } from '../../../span/span.ts';
import type { Outline } from '../span-list.ts';
import { type Adjusted, warned } from './adjusted-span.ts';
import { presentDuration } from './go-duration.ts';
import { hostKey } from './host-key.ts';

/** Jaeger's text for spans that could not be given a place in the tree. */
const DUPLICATE = 'duplicate span IDs; skipping clock skew adjustment';

const NOBODY = -1;

/**
 * Moves spans of other hosts to where they fit into their parents, or warns that they do not fit. Spans that no root
 * leads to, because they stand in a circle, stay where they are.
 */
export function correctSkew<Shown extends Outline>(
  spans: readonly Adjusted<Shown>[],
  maxSkewAdjustMs: number,
): readonly Adjusted<Shown>[] {
  const adjusted = [...spans];
  const parents = parentsOf(adjusted);
  const hosts = hostsOf(spans);
  const maxNanos = BigInt(Math.round(maxSkewAdjustMs * 1e6));
  /** What the clock of a span's host is behind. */
  const deltas = new Map<number, bigint>();
  for (const at of parentsFirst(parents)) {
    const parent = parents[at]!;
    if (parent === NOBODY) continue;
    const isSameClock = hosts[at] !== '' && hosts[at] === hosts[parent];
    const delta = isSameClock ? deltas.get(parent) : skewOf(spans[at]!.span, adjusted[parent]!.span);
    if (delta === undefined || delta === 0n) continue;
    deltas.set(at, delta);
    adjusted[at] = adjust(adjusted[at]!, delta, maxNanos);
  }
  return adjusted;
}

/** Where each span's parent stands. Only the first span that has an id can be a child, or have children. */
function parentsOf<Shown extends Outline>(spans: Adjusted<Shown>[]): Int32Array {
  const places = new Map<SpanId, number>();
  const parents = new Int32Array(spans.length).fill(NOBODY);
  for (const [at, { span }] of spans.entries()) {
    if (places.has(span.spanId)) spans[at] = warned(spans[at]!, DUPLICATE);
    else places.set(span.spanId, at);
  }
  for (const at of places.values()) {
    const parentId = spans[at]!.span.parentSpanId;
    if (parentId === undefined) continue;
    const parent = places.get(parentId);
    if (parent !== undefined) parents[at] = parent;
    else spans[at] = warned(spans[at]!, missingParent(parentId));
  }
  return parents;
}

function missingParent(parentId: SpanId): string {
  return `parent span ID=${parentId} is not in the trace; skipping clock skew adjustment`;
}

/** Every span to which a root leads, after its parent, however deep the tree is. */
function parentsFirst(parents: Int32Array): readonly number[] {
  const order: number[] = [];
  const isPlaced = new Uint8Array(parents.length);
  const isSeen = new Uint8Array(parents.length);
  const way: number[] = [];
  for (let start = 0; start < parents.length; start++) {
    way.length = 0;
    let at = start;
    while (at !== NOBODY && isSeen[at] === 0) {
      isSeen[at] = 1;
      way.push(at);
      at = parents[at]!;
    }
    // Otherwise the way has come back to itself, or to one that did.
    const hasRoot = at === NOBODY || isPlaced[at] === 1;
    if (!hasRoot) continue;
    for (let step = way.length - 1; step >= 0; step--) {
      isPlaced[way[step]!] = 1;
      order.push(way[step]!);
    }
  }
  return order;
}

function hostsOf(spans: readonly Adjusted<Outline>[]): readonly string[] {
  const hosts = new Map<Resource, string>();
  return spans.map(({ span: { resource } }) => {
    let host = hosts.get(resource);
    if (host === undefined) {
      host = hostKey(resource);
      hosts.set(resource, host);
    }
    return host;
  });
}

function skewOf(child: Outline, parent: Outline): bigint {
  const ahead = parent.startNanos - child.startNanos;
  // It may have been started and not waited for: all that is certain is that it did not start before its parent.
  if (child.durationNanos > parent.durationNanos) return ahead > 0n ? ahead : 0n;
  const fits = ahead <= 0n && child.durationNanos <= parent.durationNanos + ahead;
  // Where it does not fit, the way there took as long as the way back.
  return fits ? 0n : ahead + (parent.durationNanos - child.durationNanos) / 2n;
}

function adjust<Shown extends Outline>(
  adjusted: Adjusted<Shown>,
  deltaNanos: bigint,
  maxNanos: bigint,
): Adjusted<Shown> {
  const delta = presentDuration(deltaNanos);
  if (deltaNanos <= maxNanos && -deltaNanos <= maxNanos) {
    const { span, warnings } = adjusted;
    return warned(
      { span: moved(span, deltaNanos), warnings },
      `This span's timestamps were adjusted by ${delta}`,
    );
  }
  const reason =
    maxNanos === 0n
      ? 'clock skew adjustment disabled'
      : `max clock skew adjustment delta of ${presentDuration(maxNanos)} exceeded`;
  return warned(adjusted, `${reason}; not applying calculated delta of ${delta}`);
}

/** With its events. */
export function moved<Shown extends Outline>(span: Shown, deltaNanos: bigint): Shown {
  return {
    ...span,
    startNanos: span.startNanos + deltaNanos,
    events: span.events.map((event) => ({ ...event, timeNanos: later(event.timeNanos, deltaNanos) })),
  };
}

/** Time begins in 1970: an event whose sender gave it no time would be before. */
function later(nanos: bigint, deltaNanos: bigint): bigint {
  const moved = nanos + deltaNanos;
  return moved < 0n ? 0n : moved;
}
