import { expect, test } from 'vitest';
import type { Attribute } from '../../../span/attribute.ts';
import type { Span } from '../../../span/span.ts';
import { adjustTrace, rawTrace } from '../adjust/adjust-trace.ts';
import {
  CORPUS,
  type CorpusDraft,
  bool,
  bytes,
  corpusSpan,
  double,
  empty,
  eventOf,
  int,
  largeTrace,
  linkOf,
  list,
  map,
  originOf,
  resourceOf,
  scopeOf,
  text,
} from '../corpus.fixture.ts';
import { expectGoldenTrace } from './golden.fixture.ts';
import { presentTrace } from './present-trace.ts';

const adjusted = (spans: readonly Span[]): string =>
  [...presentTrace(adjustTrace(spans, { maxSkewAdjustMs: 0 }))].join('');
const raw = (spans: readonly Span[]): string => [...presentTrace(rawTrace(spans))].join('');

/** The part of the only span between two keys. */
function part(draft: Partial<CorpusDraft>, from: string, to: string): string {
  const json = raw([corpusSpan({ trace: 1, id: 2, kind: 'unspecified', ...draft })]);
  return json.slice(json.indexOf(from) + from.length, json.indexOf(to));
}
const tagsOf = (draft: Partial<CorpusDraft>): string => part(draft, '"tags":[', '],"logs"');
const logsOf = (draft: Partial<CorpusDraft>): string => part(draft, '"logs":[', '],"processID"');
const referencesOf = (draft: Partial<CorpusDraft>): string => part(draft, '"references":[', '],"startTime"');
const processOf = (draft: Partial<CorpusDraft>): string => part(draft, '"processes":{', '},"warnings":null}');

test('the example of the specification, to the byte', () => {
  expect(adjusted(CORPUS['one-span']!)).toBe(
    '{"traceID":"83a9efd15c1c98a977e0711cc93ee28b","spans":[' +
      '{"traceID":"83a9efd15c1c98a977e0711cc93ee28b","spanID":"e127af99e3b3e074","operationName":"okey-dokey-0",' +
      '"references":[{"refType":"CHILD_OF","traceID":"83a9efd15c1c98a977e0711cc93ee28b","spanID":"909541b92cf05311"}],' +
      '"startTime":1706678909209712,"duration":123,' +
      '"tags":[{"key":"otel.scope.name","type":"string","value":"telemetrygen"},' +
      '{"key":"net.peer.ip","type":"string","value":"1.2.3.4"},' +
      '{"key":"peer.service","type":"string","value":"telemetrygen-client"},' +
      '{"key":"span.kind","type":"string","value":"server"}],' +
      '"logs":[],"processID":"p1",' +
      '"warnings":["parent span ID=909541b92cf05311 is not in the trace; skipping clock skew adjustment"]}],' +
      '"processes":{"p1":{"serviceName":"telemetrygen","tags":[]}},"warnings":null}',
  );
  expect(raw(CORPUS['one-span']!)).toContain('"processID":"p1","warnings":null}],');
});

test.each(Object.entries(CORPUS))('golden %s', (name, spans) => {
  expectGoldenTrace(`trace-${name}.json`, adjusted(spans));
  expectGoldenTrace(`trace-${name}-raw.json`, raw(spans));
});

test('golden of a busy system', () => {
  expectGoldenTrace('trace-busy.json', adjusted(largeTrace(30)));
});

test.each<[Attribute, string, string]>([
  [text('k', 'v'), 'string', '"v"'],
  [text('k', ''), 'string', '""'],
  [text('k', '<a>&\u2028'), 'string', '"\\u003ca\\u003e\\u0026\\u2028"'],
  [text('k', 'a\ud800'), 'string', '"a\\ufffd"'],
  [bool('k', true), 'bool', 'true'],
  [bool('k', false), 'bool', 'false'],
  [int('k', -42n), 'int64', '-42'],
  [int('k', 9_007_199_254_740_991n), 'int64', '9007199254740991'],
  [int('k', -9_007_199_254_740_991n), 'int64', '-9007199254740991'],
  [int('k', 9_007_199_254_740_992n), 'int64', '"9007199254740992"'],
  [int('k', -9_007_199_254_740_992n), 'int64', '"-9007199254740992"'],
  [int('k', 9_007_199_254_740_993n), 'int64', '"9007199254740993"'],
  [int('k', 9_223_372_036_854_775_222n), 'int64', '"9223372036854775222"'],
  [double('k', 3), 'float64', '3'],
  [double('k', 1e21), 'float64', '1e+21'],
  [double('k', 1e-7), 'float64', '1e-7'],
  [double('k', Number.NaN), 'float64', '"NaN"'],
  [double('k', Number.POSITIVE_INFINITY), 'float64', '"Infinity"'],
  [bytes('k', 0, 255, 62), 'binary', '"AP8+"'],
  [bytes('k'), 'binary', '""'],
  [list('k', text('', '<b>').value), 'string', '"[\\"\\u003cb\\u003e\\"]"'],
  [map('k', int('b', 1n), bytes('a', 1)), 'string', '"{\\"a\\":\\"AQ==\\",\\"b\\":1}"'],
  [empty('k'), 'string', '""'],
])('tag %# of type %s', (attribute, type, value) => {
  expect(tagsOf({ attributes: [attribute] })).toBe(`{"key":"k","type":"${type}","value":${value}}`);
});

const tag = (key: string, value: string): string => `{"key":"${key}","type":"string","value":"${value}"}`;

test.each<[string, Partial<CorpusDraft>, readonly string[]]>([
  ['nothing', {}, []],
  ['scope without version', { scope: scopeOf('lib', '', text('a', 'b')) }, [tag('otel.scope.name', 'lib')]],
  ['version without name', { scope: scopeOf('', '1') }, [tag('otel.scope.version', '1')]],
  ['kind', { kind: 'consumer' }, [tag('span.kind', 'consumer')]],
  ['ok', { status: 'ok' }, [tag('otel.status_code', 'OK')]],
  ['error', { status: 'error' }, [tag('otel.status_code', 'ERROR'), '{"key":"error","type":"bool","value":true}']], // prettier-ignore
  ['message without status', { message: 'm' }, [tag('otel.status_description', 'm')]],
  ['trace state', { traceState: 'a=b' }, [tag('w3c.tracestate', 'a=b')]],
  ['a key twice', { attributes: [text('k', '1'), text('k', '2')] }, [tag('k', '1'), tag('k', '2')]],
])('tags: %s', (_, draft, want) => {
  expect(tagsOf(draft)).toBe(want.join(','));
});

test('tags stand in their order', () => {
  const tags = tagsOf({
    scope: scopeOf('lib', '1.2'),
    attributes: [text('z', '1'), text('a', '2')],
    kind: 'client',
    status: 'error',
    message: 'm',
    traceState: 'a=b',
  });
  const keys = [...tags.matchAll(/"key":"([^"]+)"/g)].map(([, key]) => key);
  expect(keys).toEqual(['otel.scope.name', 'otel.scope.version', 'z', 'a', 'span.kind', 'otel.status_code', 'error', 'otel.status_description', 'w3c.tracestate']); // prettier-ignore
});

test.each<[string, Span['events'][number], string]>([
  ['named', eventOf(1_999n, 'n', text('a', 'b')), `${tag('event', 'n')},${tag('a', 'b')}`],
  ['nameless', eventOf(1_999n, '', text('a', 'b')), tag('a', 'b')],
  ['with an attribute of that name', eventOf(1_999n, 'n', text('event', 'own')), tag('event', 'own')],
  ['empty', eventOf(1_999n, ''), ''],
])('log: %s', (_, event, fields) => {
  expect(logsOf({ events: [event] })).toBe(`{"timestamp":1706678909000001,"fields":[${fields}]}`);
});

const ref = (type: string, trace: string, id: number): string =>
  `{"refType":"${type}","traceID":"${trace}","spanID":"000000000000000${id}"}`;
const child = text('opentracing.ref_type', 'child_of');
const SHORT = '0000000000000001';

test.each<[string, Partial<CorpusDraft>, readonly string[]]>([
  ['none', {}, []],
  ['parent', { parent: 3 }, [ref('CHILD_OF', SHORT, 3)]],
  ['link', { links: [linkOf(9, 4)] }, [ref('FOLLOWS_FROM', '0000000000000009', 4)]],
  ['long id', { links: [linkOf('10000000000000000', 4)] }, [ref('FOLLOWS_FROM', '00000000000000010000000000000000', 4)]], // prettier-ignore
  ['link of another type', { links: [linkOf(1, 4, child)] }, [ref('CHILD_OF', SHORT, 4)]],
  ['parent first', { parent: 3, links: [linkOf(1, 4)] }, [ref('CHILD_OF', SHORT, 3), ref('FOLLOWS_FROM', SHORT, 4)]], // prettier-ignore
  ['link to the parent', { parent: 3, links: [linkOf(1, 4), linkOf(1, 3)] }, [ref('FOLLOWS_FROM', SHORT, 3), ref('FOLLOWS_FROM', SHORT, 4)]], // prettier-ignore
  ['two links to the parent', { parent: 3, links: [linkOf(1, 3), linkOf(1, 3, child)] }, [ref('CHILD_OF', SHORT, 3)]], // prettier-ignore
  ['the id of the parent elsewhere', { parent: 3, links: [linkOf(2, 3)] }, [ref('CHILD_OF', SHORT, 3), ref('FOLLOWS_FROM', '0000000000000002', 3)]], // prettier-ignore
])('references: %s', (_, draft, want) => {
  expect(referencesOf(draft)).toBe(want.join(','));
});

test.each<[string, Partial<CorpusDraft>, string]>([
  ['named', { resource: resourceOf('s', text('a', 'b')) }, `{"serviceName":"s","tags":[${tag('a', 'b')}]}`],
  ['saying nothing', { resource: originOf([]) }, '{"serviceName":"OTLPResourceNoServiceName","tags":[]}'],
  ['naming none', { resource: originOf([text('a', 'b')]) }, `{"serviceName":"unknown_service","tags":[${tag('a', 'b')}]}`], // prettier-ignore
])('process: %s', (_, draft, want) => {
  expect(processOf(draft)).toBe(`"p1":${want}`);
});

test('processes are numbered as they appear and written as Go sorts a map', () => {
  const spans = CORPUS['eleven-services']!;
  const trace = JSON.parse(raw(spans)) as { spans: { processID: string }[]; processes: object };
  expect(trace.spans.map(({ processID }) => processID)).toEqual(spans.map((_, at) => `p${at + 1}`));
  expect(Object.keys(trace.processes)).toEqual(['p1', 'p10', 'p11', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7', 'p8', 'p9']); // prettier-ignore
});

test('equal resources are one process, their order counts in a raw trace only', () => {
  const spans = CORPUS['equal-resources']!;
  const numbers = (json: string): readonly string[] =>
    [...json.matchAll(/"processID":"(p\d+)"/g)].map(([, number]) => number!);
  expect(numbers(raw(spans))).toEqual(['p1', 'p1', 'p2', 'p3']);
  expect(numbers(adjusted(spans))).toEqual(['p1', 'p1', 'p1', 'p2']);
});

test('what spans share is presented once', () => {
  let reads = 0;
  const counted = <Origin extends Span['resource']>(origin: Origin, field: keyof Origin): Origin =>
    Object.defineProperty({ ...origin }, field, { get: () => (reads++, origin[field]) });
  const resource = counted(resourceOf('s', text('a', 'b')), 'attributes');
  const scope = counted(scopeOf('lib', '1'), 'name');
  const span = { ...corpusSpan({ trace: 1, id: 1 }), resource, scope };
  const json = raw([span, { ...span }, { ...span }]);
  expect(reads).toBe(2);
  expect(json.match(/"value":"lib"/g)).toHaveLength(3);
});

test('no spans', () => {
  expect(raw([])).toBe('{"traceID":"","spans":[],"processes":{},"warnings":null}');
});

test('a large trace comes in pieces that are one document', () => {
  const spans = largeTrace(10_000);
  const pieces = [...presentTrace(adjustTrace(spans, { maxSkewAdjustMs: 0 }))];
  const sizes = pieces.slice(0, -1).map((piece) => piece.length);
  expect(Math.min(...sizes)).toBeGreaterThanOrEqual(16 * 1024);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(64 * 1024);
  const trace = JSON.parse(pieces.join('')) as { spans: { spanID: string }[]; processes: object };
  expect(trace.spans.map(({ spanID }) => spanID).join()).toBe(spans.map(({ spanId }) => spanId).join());
  expect(Object.keys(trace.processes)).toHaveLength(24);
});

test('a span among others is the same as alone', () => {
  const spans = largeTrace(300);
  const alone = (span: Span): string => {
    const json = raw([span]);
    return json.slice(json.indexOf('{', 1), json.indexOf('],"processes"')).replace(/"p\d+"/, '');
  };
  const together = raw(spans).replaceAll(/"processID":"p\d+"/g, '"processID":');
  expect(spans.every((span) => together.includes(alone(span)))).toBe(true);
});
