import { type DataQueryRequest, SupplementaryQueryType } from '@grafana/data';
import type { SpanhouseQuery } from '../spanhouse-query.ts';
import { supplementaryQuery, supplementaryRequest } from './supplementary.ts';

const VOLUME = SupplementaryQueryType.LogsVolume;
const SAMPLE = SupplementaryQueryType.LogsSample;
const EVENTS = { refId: 'A', queryType: 'logs', service: 'cart' };
const METRICS = { refId: 'B', queryType: 'metrics', metric: 'rate', status: 'error', limit: 5 };

test.each([
  ['events are counted', VOLUME, EVENTS, { ...EVENTS, refId: 'volume-A', volume: true }],
  [
    'metrics have samples',
    SAMPLE,
    METRICS,
    { ...METRICS, refId: 'sample-B', queryType: 'logs', query: '', limit: 20 },
  ],
  ['events are samples already', SAMPLE, EVENTS, undefined],
  ['metrics are counts already', VOLUME, METRICS, undefined],
  ['nothing beside a search', VOLUME, { refId: 'A', queryType: 'search' }, undefined],
  ['nothing beside what is hidden', VOLUME, { ...EVENTS, hide: true }, undefined],
  ['no count of one trace', VOLUME, { ...EVENTS, query: 'ab' }, undefined],
  ['no count by the duration of traces', VOLUME, { ...EVENTS, minTraceDuration: '1s' }, undefined],
  [
    'no count by it as text',
    VOLUME,
    { ...EVENTS, editor: 'text', text: 'traceDuration > 1s' } as const,
    undefined,
  ],
])('%s', (_what, type, query, expected) => {
  expect(supplementaryQuery({ type }, query)).toEqual(expected);
});

test('the request is another one, of what there is to supplement', () => {
  const request = {
    requestId: 'r',
    liveStreaming: true,
    targets: [EVENTS, METRICS],
  } as unknown as DataQueryRequest<SpanhouseQuery>;
  expect(supplementaryRequest(VOLUME, request)).toMatchObject({
    requestId: 'r-LogsVolume',
    liveStreaming: false,
    targets: [{ refId: 'volume-A' }],
  });
  expect(supplementaryRequest(VOLUME, { ...request, targets: [METRICS] })).toBeUndefined();
});
