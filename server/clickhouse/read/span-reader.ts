import type { NativeColumn } from '../../columns/native-column.ts';
import type { NativeBlock } from '../../columns/native-reader.ts';
import { APART } from '../../columns/fragment.ts';
import type {
  Resource,
  Scope,
  Span,
  SpanEvent,
  SpanId,
  SpanKind,
  SpanLink,
  StatusCode,
  TraceId,
} from '../../span/span.ts';
import { attributesOf } from './attributes-of.ts';
import type { Origins } from './origins.ts';

const NO_PARENT = '0000000000000000';

/** Where the catalog has lost a scope; a resource is made of the service's name, which the span itself holds. */
const NO_SCOPE: Scope = { name: '', version: '', attributes: [], droppedAttributesCount: 0, schemaUrl: '' };

/** Rows of a result as spans. */
export class SpanReader {
  readonly #columns: Readonly<Record<keyof typeof COLUMNS, NativeColumn>>;
  readonly #events: EventReader;
  readonly #links: LinkReader;
  readonly #origins: Origins;

  constructor(block: NativeBlock, origins: Origins) {
    this.#columns = columnsOf(block);
    this.#origins = origins;
    this.#events = new EventReader(block.column('events'));
    this.#links = new LinkReader(block.column('links'));
  }

  span(row: number): Span {
    const at = this.#columns;
    const parent = at.parent.hex(row);
    const service = at.service.text(row);
    return {
      traceId: at.traceId.hex(row) as TraceId,
      spanId: at.spanId.hex(row) as SpanId,
      parentSpanId: parent === NO_PARENT ? undefined : (parent as SpanId),
      traceState: at.traceState.text(row),
      flags: at.flags.number(row) % APART,
      name: at.name.text(row),
      service,
      kind: at.kind.text(row) as SpanKind,
      startNanos: at.start.bigint(row),
      durationNanos: at.duration.bigint(row),
      statusCode: at.status.text(row) as StatusCode,
      statusMessage: at.statusMessage.text(row),
      attributes: attributesOf(row, at.types, at.attr, at.unique),
      events: this.#events.of(row),
      links: this.#links.of(row),
      droppedAttributesCount: at.droppedAttributes.number(row),
      droppedEventsCount: at.droppedEvents.number(row),
      droppedLinksCount: at.droppedLinks.number(row),
      resource: this.#origins.resources.get(at.resourceId.bigint(row)) ?? resourceOf(service),
      scope: this.#origins.scopes.get(at.scopeId.bigint(row)) ?? NO_SCOPE,
    };
  }

  /** Tells a span from all others of its trace that begin in the same nanosecond: a sender's retry has the same. */
  identity(row: number): string {
    const at = this.#columns;
    return `${at.spanId.hex(row)} ${at.duration.bigint(row)} ${at.kind.number(row)} ${at.name.text(row)}`;
  }

  /** Whether events and links of the span may stand in the catalog. */
  isApart(row: number): boolean {
    return this.#columns.flags.number(row) >= APART;
  }

  startNanos(row: number): bigint {
    return this.#columns.start.bigint(row);
  }

  traceId(row: number): TraceId {
    return this.#columns.traceId.hex(row) as TraceId;
  }
}

/** Whether `isApart` holds for a row of the block. */
export function isAnyApart(block: NativeBlock): boolean {
  const flags = block.column('flags');
  for (let row = 0; row < block.rows; row++) if (flags.number(row) >= APART) return true;
  return false;
}

const COLUMNS = {
  traceId: 'trace_id',
  spanId: 'span_id',
  parent: 'parent_span_id',
  start: 'start',
  duration: 'duration',
  service: 'service',
  name: 'name',
  kind: 'kind',
  status: 'status',
  statusMessage: 'status_message',
  traceState: 'trace_state',
  flags: 'flags',
  droppedAttributes: 'dropped_attributes',
  droppedEvents: 'dropped_events',
  droppedLinks: 'dropped_links',
  resourceId: 'resource_id',
  scopeId: 'scope_id',
  attr: 'attr',
  unique: 'attr_u',
  types: 'attr_types',
} as const;

function columnsOf(block: NativeBlock): Record<keyof typeof COLUMNS, NativeColumn> {
  const entries = Object.entries(COLUMNS).map(([key, name]) => [key, block.column(name)] as const);
  return Object.fromEntries(entries) as Record<keyof typeof COLUMNS, NativeColumn>;
}

function resourceOf(service: string): Resource {
  return {
    attributes: [{ key: 'service.name', value: { type: 'string', value: service } }],
    droppedAttributesCount: 0,
    schemaUrl: '',
  };
}

class EventReader {
  readonly #column: NativeColumn;

  constructor(column: NativeColumn) {
    this.#column = column;
  }

  of(row: number): readonly SpanEvent[] {
    const events: SpanEvent[] = [];
    const { elements } = this.#column;
    for (let at = this.#column.from(row), to = this.#column.to(row); at < to; at++) {
      events.push({
        timeNanos: BigInt.asUintN(64, elements.field('time').bigint(at)),
        name: elements.field('name').text(at),
        attributes: attributesOf(at, elements.field('attr_types'), elements.field('attr')),
        droppedAttributesCount: elements.field('dropped_attributes').number(at),
      });
    }
    return events;
  }
}

class LinkReader {
  readonly #column: NativeColumn;

  constructor(column: NativeColumn) {
    this.#column = column;
  }

  of(row: number): readonly SpanLink[] {
    const links: SpanLink[] = [];
    const { elements } = this.#column;
    for (let at = this.#column.from(row), to = this.#column.to(row); at < to; at++) {
      links.push({
        traceId: elements.field('trace_id').hex(at),
        spanId: elements.field('span_id').hex(at),
        traceState: elements.field('trace_state').text(at),
        attributes: attributesOf(at, elements.field('attr_types'), elements.field('attr')),
        droppedAttributesCount: elements.field('dropped_attributes').number(at),
        flags: elements.field('flags').number(at),
      });
    }
    return links;
  }
}
