import {
  type FieldConfig,
  type Frame,
  type FrameField,
  float64Field,
  int64Field,
  optionalFloat64Field,
  optionalInt64Field,
  stringField,
} from '../../frames/frame.ts';
import type { Call, Dependencies, Quality } from './ask.ts';

/** Colours that panels know by these names, in light and dark themes. */
const OK_COLOR = 'green';
const ERROR_COLOR = 'red';
const NANOS_PER_MS = 1_000_000;

interface Node {
  readonly service: string;
  /** By others; null of one that nobody calls. */
  readonly called: Traffic | null;
}

interface Traffic {
  readonly calls: number;
  readonly quality: Quality | undefined;
}

/** Nodes and edges, with the columns of Grafana's own Jaeger data source and all that the server tells beyond. */
export function presentDependencies(found: Dependencies, refId: string): readonly [Frame, Frame] {
  const { calls, seconds, executed } = found;
  const hasQuality = calls.some(({ quality }) => quality !== undefined);
  const meta = { preferredVisualisationType: 'nodeGraph', executedQueryString: executed } as const;
  const nodes = nodesOf(calls);
  return [
    {
      name: `${refId}_nodes`,
      refId,
      meta,
      fields: [
        stringField(
          'id',
          nodes.map(({ service }) => service),
        ),
        stringField(
          'title',
          nodes.map(({ service }) => service),
        ),
        ...(hasQuality ? nodeQuality(nodes, seconds) : []),
      ],
    },
    {
      name: `${refId}_edges`,
      refId,
      meta,
      fields: [
        stringField(
          'id',
          calls.map(({ parent, child }) => `${parent}--${child}`),
        ),
        stringField(
          'source',
          calls.map(({ parent }) => parent),
        ),
        stringField(
          'target',
          calls.map(({ child }) => child),
        ),
        int64Field(
          'mainstat',
          calls.map((call) => BigInt(call.calls)),
          { displayName: 'Call count' },
        ),
        ...(hasQuality ? edgeQuality(calls, seconds) : []),
      ],
    },
  ];
}

function nodesOf(calls: readonly Call[]): readonly Node[] {
  const services = [...new Set(calls.flatMap(({ parent, child }) => [parent, child]))].sort();
  return services.map((service) => ({
    service,
    called: together(calls.filter(({ child }) => child === service)),
  }));
}

/** Quantiles cannot be added up: of several callers, the one that waits longest counts. */
function together(calls: readonly Call[]): Traffic | null {
  if (calls.length === 0) return null;
  const qualities = calls.flatMap(({ quality }) => (quality === undefined ? [] : [quality]));
  const most = (read: (quality: Quality) => number): number => Math.max(...qualities.map(read));
  return {
    calls: sumOf(calls.map((call) => call.calls)),
    quality:
      qualities.length === 0
        ? undefined
        : {
            errors: sumOf(qualities.map(({ errors }) => errors)),
            p50Nanos: most(({ p50Nanos }) => p50Nanos),
            p95Nanos: most(({ p95Nanos }) => p95Nanos),
          },
  };
}

function nodeQuality(nodes: readonly Node[], seconds: number): readonly FrameField[] {
  const called = nodes.map((node) => node.called);
  return [
    optionalFloat64Field(
      'mainstat',
      called.map((traffic) => rateOf(traffic, seconds)),
      RATE,
    ),
    optionalFloat64Field(
      'secondarystat',
      called.map((traffic) => p95Of(traffic)),
      {
        ...P95,
        displayName: 'p95 of the slowest caller',
      },
    ),
    float64Field(
      'arc__ok',
      called.map((traffic) => 1 - (errorShare(traffic) ?? 0)),
      {
        displayName: 'Good',
        color: { mode: 'fixed', fixedColor: OK_COLOR },
      },
    ),
    float64Field(
      'arc__errors',
      called.map((traffic) => errorShare(traffic) ?? 0),
      {
        displayName: 'Failed',
        color: { mode: 'fixed', fixedColor: ERROR_COLOR },
      },
    ),
    ...details(called),
  ];
}

function edgeQuality(calls: readonly Call[], seconds: number): readonly FrameField[] {
  return [
    optionalFloat64Field(
      'secondarystat',
      calls.map((call) => rateOf(call, seconds)),
      RATE,
    ),
    ...details(calls),
    optionalFloat64Field(
      'detail__p95',
      calls.map((call) => p95Of(call)),
      P95,
    ),
  ];
}

function details(traffic: readonly (Traffic | null)[]): readonly FrameField[] {
  return [
    optionalInt64Field(
      'detail__errors',
      traffic.map((one) => (one?.quality === undefined ? null : BigInt(one.quality.errors))),
      { displayName: 'Errors' },
    ),
    optionalFloat64Field('detail__errorRate', traffic.map(errorShare), {
      displayName: 'Error rate',
      unit: 'percentunit',
    }),
    optionalFloat64Field(
      'detail__p50',
      traffic.map((one) => msOf(one?.quality?.p50Nanos)),
      {
        displayName: 'p50',
        unit: 'ms',
      },
    ),
  ];
}

const RATE: FieldConfig = { displayName: 'Calls a second', unit: 'reqps', decimals: 2 };
const P95: FieldConfig = { displayName: 'p95', unit: 'ms' };

function rateOf(traffic: Traffic | null, seconds: number): number | null {
  return traffic === null ? null : traffic.calls / seconds;
}

function p95Of(traffic: Traffic | null): number | null {
  return msOf(traffic?.quality?.p95Nanos);
}

function errorShare(traffic: Traffic | null): number | null {
  if (traffic?.quality === undefined || traffic.calls === 0) return null;
  return traffic.quality.errors / traffic.calls;
}

function msOf(nanos: number | undefined): number | null {
  return nanos === undefined ? null : nanos / NANOS_PER_MS;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
