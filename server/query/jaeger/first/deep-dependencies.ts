import type { Span, SpanId, TraceId } from '../../../span/span.ts';
import type { Trace } from '../../trace-source.ts';
import type { ServiceParams } from './params.ts';
import { presentTraceId } from './present-references.ts';

/** One service that was entered by one operation, on the way from the first. */
interface PathElement {
  readonly service: string;
  readonly operation: string;
}

export interface DependencyPath {
  readonly path: readonly PathElement[];
  readonly attributes: readonly { readonly key: 'exemplar_trace_id'; readonly value: string }[];
}

/** Longer ways are cut: nobody can look at them. */
const MAX_PATH_LENGTH = 100;
const MAX_PATHS = 1_000;
const EXEMPLARS_A_PATH = 10;

/** Gathers, trace by trace, the ways that calls take through services and on which a service lies. */
export class DependencyPaths {
  readonly #focus: Pick<ServiceParams, 'service' | 'operation'>;
  readonly #byKey = new Map<string, { path: readonly PathElement[]; exemplars: TraceId[] }>();

  constructor(focus: Pick<ServiceParams, 'service' | 'operation'>) {
    this.#focus = focus;
  }

  add({ traceId, spans }: Trace): void {
    const seen = new Set<string>();
    for (const path of pathsOf(spans)) {
      if (!this.#isAbout(path)) continue;
      const key = JSON.stringify(path);
      if (seen.has(key)) continue;
      seen.add(key);
      this.#note(key, path, traceId);
    }
  }

  /** Ordered by their services and operations. */
  present(): { readonly dependencies: readonly DependencyPath[] } {
    const entries = [...this.#byKey].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      dependencies: entries.map(([, { path, exemplars }]) => ({
        path,
        attributes: exemplars.map((id) => ({ key: 'exemplar_trace_id', value: presentTraceId(id) })),
      })),
    };
  }

  #note(key: string, path: readonly PathElement[], traceId: TraceId): void {
    const known = this.#byKey.get(key);
    if (known !== undefined) {
      if (known.exemplars.length < EXEMPLARS_A_PATH) known.exemplars.push(traceId);
    } else if (this.#byKey.size < MAX_PATHS) this.#byKey.set(key, { path, exemplars: [traceId] });
  }

  /** The Jaeger UI fails on a path that is not. */
  #isAbout(path: readonly PathElement[]): boolean {
    const { service, operation } = this.#focus;
    return path.some(
      (element) => element.service === service && (operation ?? element.operation) === element.operation,
    );
  }
}

/** A place in the tree of services: a span that entered one. */
interface Hop {
  readonly element: PathElement;
  readonly before: Hop | undefined;
  readonly length: number;
  isLast: boolean;
}

/** From every root down to every service that calls no other. */
function pathsOf(spans: readonly Span[]): readonly (readonly PathElement[])[] {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const children = childrenOf(spans);
  const hops: Hop[] = [];
  const todo = spans
    .filter((span) => isRoot(span, known))
    .map((span) => ({ span, hop: enter(span, undefined) }));
  hops.push(...todo.map(({ hop }) => hop));
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const { hop } = next;
    const { spanId } = next.span;
    for (const span of children.get(spanId) ?? []) {
      const entered = hopOf(span, hop);
      if (entered !== hop) hops.push(entered);
      todo.push({ span, hop: entered });
    }
    // An id may stand twice, or in a circle: what is below it is looked at once.
    children.delete(spanId);
  }
  return hops.filter(({ isLast }) => isLast).map(pathTo);
}

function childrenOf(spans: readonly Span[]): Map<SpanId, Span[]> {
  const children = new Map<SpanId, Span[]>();
  for (const span of spans) {
    if (span.parentSpanId === undefined || span.parentSpanId === span.spanId) continue;
    const siblings = children.get(span.parentSpanId);
    if (siblings === undefined) children.set(span.parentSpanId, [span]);
    else siblings.push(span);
  }
  return children;
}

function isRoot({ spanId, parentSpanId }: Span, known: ReadonlySet<SpanId>): boolean {
  return parentSpanId === undefined || parentSpanId === spanId || !known.has(parentSpanId);
}

/** Spans within one service are no step of the way. */
function hopOf(span: Span, before: Hop): Hop {
  if (span.service === before.element.service || before.length === MAX_PATH_LENGTH) return before;
  before.isLast = false;
  return enter(span, before);
}

function enter(span: Span, before: Hop | undefined): Hop {
  const element = { service: span.service, operation: span.name };
  return { element, before, length: (before?.length ?? 0) + 1, isLast: true };
}

function pathTo(last: Hop): readonly PathElement[] {
  const path: PathElement[] = [];
  for (let hop: Hop | undefined = last; hop !== undefined; hop = hop.before) path.push(hop.element);
  return path.reverse();
}
