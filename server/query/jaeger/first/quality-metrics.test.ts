import { expect, test } from 'vitest';
import type { Resource, Span } from '../../../span/span.ts';
import { type CorpusDraft, corpusSpan, traceIdOf } from '../corpus.fixture.ts';
import { QualityMetrics } from './quality-metrics.ts';

interface Presented {
  readonly bannerText: { readonly value: string };
  readonly scores: readonly { readonly key: string; readonly max: number; readonly value: number }[];
  readonly metrics: readonly {
    readonly name: string;
    readonly passCount: number;
    readonly failureCount: number;
    readonly failureExamples: readonly unknown[];
    readonly exemptionCount: number;
  }[];
  readonly clients: readonly unknown[];
}

function resourceOf(attributes: Readonly<Record<string, string>>): Resource {
  return {
    attributes: Object.entries(attributes).map(([key, value]) => ({ key, value: { type: 'string', value } })),
    droppedAttributesCount: 0,
    schemaUrl: '',
  };
}

const BARE = resourceOf({ 'service.name': 'cart' });
const GOOD = resourceOf({
  'service.name': 'cart',
  'service.version': '1',
  'telemetry.sdk.name': 'opentelemetry',
  'telemetry.sdk.language': 'go',
  'telemetry.sdk.version': '1.10.0',
});
const OLD = resourceOf({ 'telemetry.sdk.name': 'opentelemetry', 'telemetry.sdk.language': 'go', 'telemetry.sdk.version': '1.9.0' }); // prettier-ignore

const cart = (draft: Omit<CorpusDraft, 'trace'>): Span => ({
  ...corpusSpan({ trace: 1, resource: BARE, ...draft }),
  service: 'cart',
});
const web = (id: number): Span => ({ ...corpusSpan({ trace: 1, id, atNanos: 10n }), service: 'web' });

function present(...spans: Span[]): Presented {
  const metrics = new QualityMetrics('cart');
  metrics.add({ traceId: traceIdOf(1), spans });
  return metrics.present() as Presented;
}

/** Passed, failed and exempt, by the check. */
function counts({ metrics }: Presented): Record<string, readonly number[]> {
  return Object.fromEntries(
    metrics.map(({ name, passCount, failureCount, exemptionCount }) => [
      name,
      [passCount, failureCount, exemptionCount],
    ]),
  );
}

test('each check, passed and failed', () => {
  const presented = present(
    web(1),
    cart({ id: 2, parent: 1, kind: 'server', atNanos: 10n, resource: GOOD }),
    cart({ id: 3, parent: 1, kind: 'internal', atNanos: 9n }),
    cart({ id: 4, parent: 2, atNanos: 11n, resource: OLD }),
    cart({ id: 4, parent: 99 }),
    cart({ id: 5 }),
  );
  expect(counts(presented)).toEqual({
    'Known Parents': [3, 1, 1],
    'Server Kind': [1, 1, 3],
    'Service Version': [1, 4, 0],
    'Telemetry SDK': [2, 3, 0],
    'Unique Span IDs': [3, 2, 0],
    Causality: [2, 1, 2],
  });
  expect(presented.scores).toEqual([
    { key: 'coverage', label: 'Instrumentation Coverage', max: 100, value: 65 },
    { key: 'quality', label: 'Trace Quality', max: 100, value: 46 },
  ]);
  expect(presented.metrics[0]?.failureExamples).toEqual([
    { spanIDs: ['0000000000000004'], traceID: '0000000000000001' },
  ]);
  expect(presented.clients).toEqual([
    { version: 'opentelemetry go 1.10.0', minVersion: '1.9.0', count: 1, examples: [{ spanIDs: ['0000000000000002'], traceID: '0000000000000001' }] },
    { version: 'opentelemetry go 1.9.0', minVersion: '1.9.0', count: 1, examples: [{ spanIDs: ['0000000000000004'], traceID: '0000000000000001' }] },
  ]); // prettier-ignore
  expect(presented.bannerText.value).toBe('Of the newest traces: 5 spans of cart in 1 traces');
});

test('nothing seen', () => {
  const presented = new QualityMetrics('cart').present() as Presented;
  expect(presented.bannerText.value).toBe('No spans of cart in the traces looked at');
  expect(presented.scores.map(({ value }) => value)).toEqual([0, 0]);
});

test('few examples, of few spans each', () => {
  const metrics = new QualityMetrics('cart');
  for (let trace = 1; trace <= 9; trace++) {
    const spans = Array.from({ length: 9 }, (_, id) => cart({ id: id + 1 }));
    metrics.add({ traceId: traceIdOf(trace), spans });
  }
  const [, , version] = (metrics.present() as Presented).metrics;
  expect(version?.failureCount).toBe(81);
  expect(version?.failureExamples).toHaveLength(5);
  expect(version?.failureExamples[0]).toEqual({
    spanIDs: ['0000000000000001', '0000000000000002', '0000000000000003'],
    traceID: '0000000000000001',
  });
});
