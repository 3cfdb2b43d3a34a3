import type { Frame } from './frame.ts';

/** Frames that hold everything an encoder may stumble over. */
export const FRAMES: Readonly<Record<string, Frame>> = {
  'every-type': {
    name: 'every type',
    refId: 'A',
    meta: {
      type: 'timeseries-multi',
      typeVersion: [0, 1],
      preferredVisualisationType: 'table',
      custom: { traceFormat: 'otlp' },
      notices: [{ severity: 'warning', text: 'cut' }],
      executedQueryString: 'GET /api/v1/services',
    },
    fields: [
      { name: 'text', type: 'string', nullable: false, values: ['a', '', 'Bücher 本 😀', '"\\\n\u0000<&>'] },
      {
        name: 'text?',
        type: 'string',
        nullable: true,
        values: [null, '', 'x', null],
        config: { displayName: 'Text' },
      },
      { name: 'int', type: 'int64', nullable: false, values: [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n)] },
      { name: 'int?', type: 'int64', nullable: true, values: [1n, null, null, 9_007_199_254_740_993n] },
      { name: 'float', type: 'float64', nullable: false, values: [0.5, Number.NaN, Infinity, -Infinity] },
      {
        name: 'float?',
        type: 'float64',
        nullable: true,
        values: [null, 1e21, -0.25, null],
        labels: { service: 'cart', quantile: '0.95' },
        config: { unit: 'ms', displayNameFromDS: 'p95 cart' },
      },
      { name: 'bool', type: 'boolean', nullable: false, values: [true, false, false, true] },
      { name: 'bool?', type: 'boolean', nullable: true, values: [null, true, null, false] },
      {
        name: 'time',
        type: 'time',
        nullable: false,
        values: [0n, 1_706_678_909_000_000_001n, 1_706_678_909_123_000_000n, 1_706_678_909_123_456_789n],
      },
      { name: 'time?', type: 'time', nullable: true, values: [null, 1n, 1_000_000n, null] },
      { name: 'json', type: 'json', nullable: false, values: [[], {}, [{ key: 'ä', value: 1.5 }], 'text'] },
      { name: 'json?', type: 'json', nullable: true, values: [null, [null], { a: { b: [] } }, null] },
    ],
  },
  'nine-rows': {
    name: 'nine rows',
    fields: [
      {
        name: 'bool?',
        type: 'boolean',
        nullable: true,
        values: [true, null, true, null, true, null, true, null, true],
      },
      {
        name: 'text?',
        type: 'string',
        nullable: true,
        values: ['1', null, '3', null, '5', null, '7', null, '9'],
      },
    ],
  },
  'no-rows': {
    name: 'traces',
    refId: 'B',
    // Grafana's writer always writes a version.
    meta: { preferredVisualisationType: 'table', typeVersion: [0, 0] },
    fields: [
      { name: 'traceID', type: 'string', nullable: false, values: [] },
      { name: 'startTime', type: 'time', nullable: true, values: [] },
      { name: 'tags', type: 'json', nullable: false, values: [] },
    ],
  },
  'no-columns': {
    name: 'rate',
    refId: 'C',
    meta: { type: 'timeseries-multi', typeVersion: [0, 1] },
    fields: [],
  },
};
