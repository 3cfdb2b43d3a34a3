import { type DataFrame, FieldType, toDataFrame } from '@grafana/data';
import { annotationEvents } from './annotation-events.ts';
import { annotationKind, annotationQuery } from './annotation-query.ts';

const times = { name: 'time', type: FieldType.time, values: [1_000, 2_000, 3_000] };
const series = (values: number[], labels: Record<string, string>): DataFrame =>
  toDataFrame({ fields: [times, { name: 'count', type: FieldType.number, values, labels }] });

test('a deploy is where a value has spans for the first time, unless it had them all along', () => {
  const frames = [
    series([0, 4, 5], { service: 'cart', 'service.version': '2' }),
    series([9, 1, 0], { service: 'cart', 'service.version': '1' }),
    series([0, 0, 0], { service: 'cart', 'service.version': '3' }),
    series([0, 1, 1], { service: 'cart', 'service.version': '' }),
  ];
  expect(annotationEvents('deploys', frames)).toEqual([
    { time: 2_000, title: 'Deployed', text: 'cart 2', tags: ['cart', '2'] },
  ]);
});

test('a found trace is marked as long as it took', () => {
  const frame = toDataFrame({
    fields: [
      { name: 'traceID', type: FieldType.string, values: ['ab'] },
      { name: 'traceName', type: FieldType.string, values: ['cart: GET /'] },
      { name: 'startTime', type: FieldType.time, values: [5_000] },
      { name: 'duration', type: FieldType.number, values: [1_500_000], config: { unit: 'µs' } },
    ],
  });
  expect(annotationEvents('slow', [frame])).toEqual([
    {
      id: 'ab-0',
      time: 5_000,
      timeEnd: 6_500,
      isRegion: true,
      title: 'Slow trace',
      text: 'cart: GET / · Trace ab',
      tags: ['slow'],
    },
  ]);
});

test.each(['errors', 'deploys', 'slow'] as const)('%s is read back out of its own query', (kind) => {
  expect(annotationKind(annotationQuery(kind, { refId: 'X', service: 'cart' }))).toBe(kind);
  expect(annotationQuery(kind, { refId: 'X', service: 'cart' })).toMatchObject({
    refId: 'X',
    service: 'cart',
  });
});

test('a failed span says whose it is and what it said', () => {
  const column = (name: string, value: string) => ({ name, type: FieldType.string, values: [value] });
  const frame = toDataFrame({
    fields: [
      column('traceID', 'ab'),
      { name: 'startTime', type: FieldType.time, values: [5_000] },
      column('service', 'cart'),
      column('spanName', 'redis SET'),
      column('statusMessage', 'gone'),
      { name: 'duration', type: FieldType.number, values: [200], config: { unit: 'µs' } },
    ],
  });
  expect(annotationEvents('errors', [frame])).toMatchObject([
    { time: 5_000, isRegion: false, title: 'Failed span', text: 'cart · redis SET · gone · Trace ab' },
  ]);
});
