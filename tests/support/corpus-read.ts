import { decodeAttributes } from '../../server/columns/attribute-text.ts';
import type { NativeColumn } from '../../server/columns/native-column.ts';
import { type NativeBlock, decodeNative } from '../../server/columns/native-reader.ts';
import type { Attributes } from '../../server/span/attribute.ts';
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
} from '../../server/span/span.ts';

const ROOT = '0'.repeat(16);

/** Spans of what the engine read from our blocks and wrote again, as Native: nothing here knows how we write. */
export function readSpans(spans: Uint8Array, catalog: Uint8Array): Span[] {
  const facts = readFacts(catalog);
  return decodeNative(spans).flatMap((block) => rowsOf(block).map((row) => readSpan(block, row, facts)));
}

interface Facts {
  readonly resources: ReadonlyMap<bigint, Resource>;
  readonly scopes: ReadonlyMap<bigint, Scope>;
}

function readFacts(catalog: Uint8Array): Facts {
  const resources = new Map<bigint, Resource>();
  const scopes = new Map<bigint, Scope>();
  for (const block of decodeNative(catalog)) {
    for (const row of rowsOf(block)) {
      const id = block.column('id').bigint(row);
      const resource = {
        attributes: readAttributes(block.column.bind(block), row),
        droppedAttributesCount: block.column('dropped_attributes').number(row),
        schemaUrl: block.column('schema_url').text(row),
      };
      const fact = block.column('fact').text(row);
      if (fact === 'resource') resources.set(id, resource);
      if (fact !== 'scope') continue;
      const name = block.column('name').text(row);
      scopes.set(id, { ...resource, name, version: block.column('version').text(row) });
    }
  }
  return { resources, scopes };
}

function readSpan(block: NativeBlock, row: number, { resources, scopes }: Facts): Span {
  const text = (column: string): string => block.column(column).text(row);
  const number = (column: string): number => block.column(column).number(row);
  const parent = block.column('parent_span_id').hex(row);
  return {
    traceId: block.column('trace_id').hex(row) as TraceId,
    spanId: block.column('span_id').hex(row) as SpanId,
    parentSpanId: parent === ROOT ? undefined : (parent as SpanId),
    traceState: text('trace_state'),
    flags: number('flags'),
    name: text('name'),
    service: text('service'),
    kind: text('kind') as SpanKind,
    startNanos: block.column('start').bigint(row),
    durationNanos: block.column('duration').bigint(row),
    statusCode: text('status') as StatusCode,
    statusMessage: text('status_message'),
    attributes: readAttributes((name) => block.column(name), row, block.column('attr_u')),
    events: elementsOf(block.column('events'), row, readEvent),
    links: elementsOf(block.column('links'), row, readLink),
    droppedAttributesCount: number('dropped_attributes'),
    droppedEventsCount: number('dropped_events'),
    droppedLinksCount: number('dropped_links'),
    resource: resources.get(block.column('resource_id').bigint(row))!,
    scope: scopes.get(block.column('scope_id').bigint(row))!,
  };
}

function readEvent(event: NativeColumn, at: number): SpanEvent {
  return {
    timeNanos: BigInt.asUintN(64, event.field('time').bigint(at)),
    name: event.field('name').text(at),
    attributes: readAttributes((name) => event.field(name), at),
    droppedAttributesCount: event.field('dropped_attributes').number(at),
  };
}

function readLink(link: NativeColumn, at: number): SpanLink {
  return {
    traceId: link.field('trace_id').hex(at),
    spanId: link.field('span_id').hex(at),
    traceState: link.field('trace_state').text(at),
    attributes: readAttributes((name) => link.field(name), at),
    droppedAttributesCount: link.field('dropped_attributes').number(at),
    flags: link.field('flags').number(at),
  };
}

function readAttributes(
  column: (name: string) => NativeColumn,
  row: number,
  unique?: NativeColumn,
): Attributes {
  const [keys, values] = entriesOf(column('attr'), row);
  const [uniqueKeys, uniqueValues] = unique === undefined ? [[], []] : entriesOf(unique, row);
  return decodeAttributes(column('attr_types').text(row), keys, values, uniqueKeys, uniqueValues);
}

function entriesOf(map: NativeColumn, row: number): readonly [string[], string[]] {
  const places = range(map.from(row), map.to(row));
  return [places.map((at) => map.keys.text(at)), places.map((at) => map.values.text(at))];
}

function elementsOf<Item>(
  column: NativeColumn,
  row: number,
  read: (element: NativeColumn, at: number) => Item,
): Item[] {
  return range(column.from(row), column.to(row)).map((at) => read(column.elements, at));
}

function rowsOf({ rows }: NativeBlock): number[] {
  return range(0, rows);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
