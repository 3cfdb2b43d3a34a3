import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Attribute, AttributeValue } from '../../../server/span/attribute.ts';
import type { Span, SpanId, SpanKind, StatusCode, TraceId } from '../../../server/span/span.ts';
import type { ServerProcess } from '../../support/server-process.ts';

const FOLDER = new URL('../../captures/', import.meta.url);
const NO_ORIGIN = { attributes: [], droppedAttributesCount: 0, schemaUrl: '' };

export interface CapturedRequest {
  /** Where the server listens for it. */
  readonly port: keyof ServerProcess['addresses'];
  /** Over HTTP. */
  readonly method?: string;
  /** Over HTTP and gRPC. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Capture {
  readonly name: string;
  readonly request: CapturedRequest;
  readonly body: Buffer;
  readonly traceId: string;
  /** What the program meant. */
  readonly spans: readonly Span[];
}

/** Text and booleans as they are, `{ int }`, `{ double }`, `{ bytes }` (base64) and `{ map }`, lists of them, null for empty. */
type Told =
  | string
  | boolean
  | null
  | readonly Told[]
  | { readonly int: string }
  | { readonly double: number }
  | { readonly bytes: string }
  | { readonly map: ToldAttributes };
type ToldAttributes = Readonly<Record<string, Told>>;

/** What is left out is what OTLP has where nothing is said. Times are nanoseconds. */
interface ToldSpan {
  readonly id: string;
  readonly parentId?: string;
  readonly name: string;
  /** Left out where the client tells none. */
  readonly service?: string;
  readonly kind?: SpanKind;
  readonly start: string;
  readonly duration: string;
  readonly flags?: number;
  readonly traceState?: string;
  readonly status?: StatusCode;
  readonly message?: string;
  readonly scope?: readonly [name: string, version: string];
  readonly dropped?: readonly [attributes: number, events: number, links: number];
  /** Less the service's name. */
  readonly resource?: ToldAttributes;
  readonly attributes?: ToldAttributes;
  readonly events?: readonly ToldEvent[];
  readonly links?: readonly ToldLink[];
}

interface ToldEvent {
  readonly time: string;
  readonly name?: string;
  readonly attributes?: ToldAttributes;
  readonly dropped?: number;
}

interface ToldLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState?: string;
  readonly attributes?: ToldAttributes;
  readonly dropped?: number;
}

interface Expected {
  readonly traceId: string;
  readonly spans: readonly ToldSpan[];
}

/** One for each folder of tests/captures. */
export function readCaptures(): readonly Capture[] {
  const folders = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.map(({ name }) => readCapture(name, new URL(`${name}/`, FOLDER)));
}

function readCapture(name: string, folder: URL): Capture {
  const { traceId, spans } = readJson(new URL('expected.json', folder)) as Expected;
  const text = new URL('body.txt', folder);
  return {
    name,
    request: readJson(new URL('request.json', folder)) as CapturedRequest,
    body: readFileSync(existsSync(fileURLToPath(text)) ? text : new URL('body.bin', folder)),
    traceId,
    spans: spans.map((span) => spanOf(traceId, span)),
  };
}

function readJson(file: URL): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function spanOf(traceId: string, told: ToldSpan): Span {
  const [droppedAttributesCount, droppedEventsCount, droppedLinksCount] = told.dropped ?? [0, 0, 0];
  const [name, version] = told.scope ?? ['', ''];
  return {
    traceId: traceId as TraceId,
    spanId: told.id as SpanId,
    parentSpanId: told.parentId as SpanId | undefined,
    traceState: told.traceState ?? '',
    flags: told.flags ?? 0,
    name: told.name,
    service: told.service ?? 'unknown_service',
    kind: told.kind ?? 'unspecified',
    startNanos: BigInt(told.start),
    durationNanos: BigInt(told.duration),
    statusCode: told.status ?? 'unset',
    statusMessage: told.message ?? '',
    attributes: attributesOf(told.attributes),
    events: (told.events ?? []).map((event) => ({
      timeNanos: BigInt(event.time),
      name: event.name ?? '',
      attributes: attributesOf(event.attributes),
      droppedAttributesCount: event.dropped ?? 0,
    })),
    links: (told.links ?? []).map((link) => ({
      traceId: link.traceId,
      spanId: link.spanId,
      traceState: link.traceState ?? '',
      attributes: attributesOf(link.attributes),
      droppedAttributesCount: link.dropped ?? 0,
      flags: 0,
    })),
    droppedAttributesCount,
    droppedEventsCount,
    droppedLinksCount,
    resource: { ...NO_ORIGIN, attributes: attributesOf({ ...ofService(told), ...told.resource }) },
    scope: { ...NO_ORIGIN, name, version },
  };
}

function ofService({ service }: ToldSpan): ToldAttributes {
  return service === undefined ? {} : { 'service.name': service };
}

function attributesOf(told: ToldAttributes = {}): readonly Attribute[] {
  return Object.entries(told).map(([key, value]) => ({ key, value: valueOf(value) }));
}

function valueOf(told: Told): AttributeValue {
  if (told === null) return { type: 'empty' };
  if (typeof told === 'string') return { type: 'string', value: told };
  if (typeof told === 'boolean') return { type: 'bool', value: told };
  if (isList(told)) return { type: 'array', value: told.map(valueOf) };
  if ('int' in told) return { type: 'int', value: BigInt(told.int) };
  if ('double' in told) return { type: 'double', value: told.double };
  if ('bytes' in told) return { type: 'bytes', value: Buffer.from(told.bytes, 'base64') };
  return { type: 'map', value: attributesOf(told.map) };
}

function isList(told: Told): told is readonly Told[] {
  return Array.isArray(told);
}
