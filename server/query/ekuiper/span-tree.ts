import type { SpanId } from '../../span/span.ts';

/** What of a span says where it hangs. */
export interface Node {
  readonly spanId: SpanId;
  readonly parentSpanId: SpanId | undefined;
}

/** The place of no span. */
export const NONE = -1;

/** All spans of a trace below one of them, by their places in the list. */
export interface SpanTree {
  readonly root: number;
  /** Its first child, and the next one of its parent's; in the order of the list. */
  readonly firstChild: Int32Array;
  readonly nextSibling: Int32Array;
  readonly parent: Int32Array;
}

/**
 * Of one or more spans, by start. eKuiper shows one root with what hangs below it and loses the rest: which one, its map
 * decides. Here it is the earliest span without a parent, or else the earliest whose parent is not there, and below it
 * hang, beside its own children, all others that hang nowhere. Of spans that are each other's parents the earliest counts
 * as one of those.
 */
export function treeOf(nodes: readonly Node[]): SpanTree {
  const parent = parentsOf(nodes);
  cutCycles(parent);
  const root = rootOf(nodes, parent);
  const firstChild = new Int32Array(nodes.length).fill(NONE);
  const nextSibling = new Int32Array(nodes.length).fill(NONE);
  for (let at = nodes.length - 1; at >= 0; at--) {
    if (at === root) continue;
    if (parent[at] === NONE) parent[at] = root;
    nextSibling[at] = firstChild[parent[at]!]!;
    firstChild[parent[at]!] = at;
  }
  return { root, firstChild, nextSibling, parent };
}

/** Ids that are there twice, as those of shared spans are, mean the earlier span. */
function parentsOf(nodes: readonly Node[]): Int32Array {
  const places = new Map<SpanId, number>();
  for (const [at, { spanId }] of nodes.entries()) if (!places.has(spanId)) places.set(spanId, at);
  return Int32Array.from(nodes, ({ parentSpanId }) =>
    parentSpanId === undefined ? NONE : (places.get(parentSpanId) ?? NONE),
  );
}

/** Goes up from every span until it meets one that was met before: on the same way up, that is a cycle, and it is cut. */
function cutCycles(parent: Int32Array): void {
  const metOnWay = new Int32Array(parent.length).fill(NONE);
  for (let way = 0; way < parent.length; way++) {
    let at = way;
    for (; at !== NONE && metOnWay[at] === NONE; at = parent[at]!) metOnWay[at] = way;
    if (at !== NONE && metOnWay[at] === way) parent[earliestOf(parent, at)] = NONE;
  }
}

function earliestOf(parent: Int32Array, inCycle: number): number {
  let earliest = inCycle;
  for (let at = parent[inCycle]!; at !== inCycle; at = parent[at]!) earliest = Math.min(earliest, at);
  return earliest;
}

function rootOf(nodes: readonly Node[], parent: Int32Array): number {
  const real = nodes.findIndex(({ parentSpanId }) => parentSpanId === undefined);
  return real === NONE ? parent.indexOf(NONE) : real;
}
