import type { Attribute } from '../../../server/span/attribute.ts';
import type { Span, TraceId } from '../../../server/span/span.ts';
import {
  NOW,
  type SpanDraft,
  attribute,
  makeEvent,
  makeSpan,
} from '../../../server/store/conformance.fixture.ts';
import { BEGIN } from '../../support/query-server.ts';

/** Of 128 bits; through three services, with everything that a span can have. */
export const LONG_ID = '5b8aa5a2d2c872e8321cf37308d69df2' as TraceId;
export const LONG_ID_BASE64 = Buffer.from(LONG_ID, 'hex').toString('base64');
/** Of 64 bits, and of a span whose parent never came. */
export const SHORT_ID = '00000000000000ab';
export const MISSING_ID = '00000000000000000000000000000fff';
/** A name that must be escaped in a path. */
export const AWKWARD_SERVICE = 'team a/cart';
/** More than a page of any client. */
export const VISITS = 30;

const AFTER_NOW_MS = Number((BEGIN - NOW) / 1_000_000n);

const TYPED: readonly Attribute[] = [
  attribute('http.method', 'GET'),
  { key: 'http.status_code', value: { type: 'int', value: 500n } },
  { key: 'large', value: { type: 'int', value: 9_223_372_036_854_775_807n } },
  { key: 'share', value: { type: 'double', value: 72.5 } },
  { key: 'nothing', value: { type: 'double', value: Number.NaN } },
  { key: 'cached', value: { type: 'bool', value: true } },
  { key: 'key', value: { type: 'bytes', value: Buffer.from([1, 2, 255]) } },
  { key: 'list', value: { type: 'array', value: [{ type: 'int', value: 1n }] } },
  { key: 'map', value: { type: 'map', value: [attribute('a', '<b>')] } },
];

/** What the clients ask about. */
export function shopSpans(): readonly Span[] {
  return [...longTrace(), ...shortTrace(), ...visits(), nameless()];
}

function longTrace(): readonly Span[] {
  const event = makeEvent({
    name: 'exception',
    ms: AFTER_NOW_MS + 60_015,
    attributes: [attribute('exception.type', 'IOError')],
  });
  const drafts: readonly SpanDraft[] = [
    { trace: 1, span: 1, ms: 60_000, durationMs: 50, service: 'web', name: 'GET /checkout', kind: 'server' },
    { trace: 1, span: 2, parent: 1, ms: 60_010, durationMs: 30, service: AWKWARD_SERVICE, name: 'list items', kind: 'server', status: 'error', attributes: TYPED, events: [event], linkKey: 'why' },
    { trace: 1, span: 3, parent: 2, ms: 60_012, durationMs: 5, service: 'db', name: 'SELECT', kind: 'client', scopeName: 'pg' },
    { trace: 1, span: 4, parent: 2, ms: 60_020, durationMs: 1, service: 'db', name: 'COMMIT', kind: 'unspecified' },
  ]; // prettier-ignore
  return drafts.map((draft) => ({ ...begun(draft), traceId: LONG_ID }));
}

function shortTrace(): readonly Span[] {
  return [begun({ trace: 0xab, span: 9, parent: 99, ms: 61_000, service: 'jobs', name: 'run' })];
}

function visits(): readonly Span[] {
  return Array.from({ length: VISITS }, (_, index) =>
    begun({
      trace: 1_000 + index,
      span: 1,
      ms: index * 1_000,
      service: 'web',
      name: 'GET /',
      kind: 'server',
    }),
  );
}

/** Of a sender whose service has an empty name. */
function nameless(): Span {
  return begun({ trace: 5, span: 5, ms: 62_000, service: '', name: 'who' });
}

function begun(draft: SpanDraft): Span {
  return makeSpan({ ...draft, ms: AFTER_NOW_MS + (draft.ms ?? 0) });
}
