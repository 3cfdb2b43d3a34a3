import {
  CoreApp,
  type DataFrame,
  dataFrameFromJSON,
  type DataQueryRequest,
  type DataSourceInstanceSettings,
  hasLogsContextSupport,
  hasSupplementaryQuerySupport,
  LoadingState,
  SupplementaryQueryType,
} from '@grafana/data';
import {
  type BackendSrv,
  type BackendSrvRequest,
  type GrafanaLiveSrv,
  setBackendSrv,
  setDataSourceSrv,
  type DataSourceSrv,
  setGrafanaLiveSrv,
  type TemplateSrv,
} from '@grafana/runtime';
import { firstValueFrom, lastValueFrom, of } from 'rxjs';
import { SpanhouseDataSource } from './datasource.ts';
import type { SpanhouseJson, SpanhouseQuery } from './spanhouse-query.ts';

const SETTINGS = {
  uid: 'u',
  name: 'Spanhouse',
  type: 'spanhouse-traces-datasource',
  meta: { id: 'spanhouse-traces-datasource' },
  jsonData: {},
} as DataSourceInstanceSettings<SpanhouseJson>;

const templates = {
  getVariables: () => [{ name: 'service' }],
  replace: (text: string, _scoped: unknown, format: (value: unknown) => string) =>
    text
      .replace(/\$service/g, () => format(['cart', 'web']))
      .replace(/\$everything/g, () => format('.*'))
      .replace(/\$nothing/g, () => format('')),
} as unknown as TemplateSrv;

/** Answers of the backend by address; what was asked of it. */
function install(answers: Readonly<Record<string, unknown>>): BackendSrvRequest[] {
  const asked: BackendSrvRequest[] = [];
  setDataSourceSrv({ getInstanceSettings: () => SETTINGS } as unknown as DataSourceSrv);
  setBackendSrv({
    fetch: (request: BackendSrvRequest) => {
      asked.push(request);
      const path = request.url.split('/resources/')[1] ?? request.url.split('?')[0]!;
      return of({ data: answers[path], status: 200, ok: true });
    },
  } as unknown as BackendSrv);
  return asked;
}

const request = (targets: SpanhouseQuery[], more: Partial<DataQueryRequest<SpanhouseQuery>> = {}) =>
  ({
    requestId: 'r',
    targets,
    range: { from: { valueOf: () => 1_000 }, to: { valueOf: () => 2_000 } },
    scopedVars: {},
    ...more,
  }) as unknown as DataQueryRequest<SpanhouseQuery>;

const create = () => new SpanhouseDataSource(SETTINGS, templates);

test('what goes to the backend has its variables’ values, and leaves out what nobody asked', async () => {
  const asked = install({ '/api/ds/query': { results: {} } });
  const targets: SpanhouseQuery[] = [
    { refId: 'A', queryType: 'search', service: '$service' },
    { refId: 'B', queryType: 'trace', query: ' ' },
    { refId: 'C', queryType: 'attributeValues' },
    { refId: 'D', queryType: 'search', hide: true },
    { refId: 'E', queryType: 'trace', query: '$nothing' },
  ];
  await lastValueFrom(create().query(request(targets)));
  const { queries } = asked[0]!.data as { queries: SpanhouseQuery[] };
  expect(queries).toHaveLength(1);
  expect(queries[0]).toMatchObject({ refId: 'A', service: '["cart","web"]', datasource: { uid: 'u' } });
});

test('a panel of no trace is empty, and nobody is asked', async () => {
  const asked = install({});
  const targets: SpanhouseQuery[] = [{ refId: 'A', queryType: 'trace', query: '$nothing' }];
  expect(await lastValueFrom(create().query(request(targets)))).toEqual({ data: [] });
  expect(asked).toEqual([]);
});

test('Grafana sees that there are volumes, samples and context of events', () => {
  const source = create();
  expect(hasLogsContextSupport(source)).toBe(true);
  expect(hasSupplementaryQuerySupport(source, SupplementaryQueryType.LogsVolume)).toBe(true);
  expect(hasSupplementaryQuerySupport(source, SupplementaryQueryType.LogsSample)).toBe(true);
});

test('around an event stand those of its trace', async () => {
  const fields = [
    { name: 'id', type: 'string' },
    { name: 'traceID', type: 'string' },
  ];
  const values = [
    ['c', 'b', 'a'],
    ['t', 't', 't'],
  ];
  const frames = [{ schema: { refId: 'context', fields }, data: { values } }];
  const asked = install({ '/api/ds/query': { results: { context: { frames } } } });
  const row = { dataFrame: dataFrameFromJSON(frames[0] as never), rowIndex: 1, uid: 'b' };
  const { data } = await create().getLogRowContext(row as never);
  expect((data as DataFrame[])[0]!.fields[0]!.values).toEqual(['a']);
  const { queries } = asked[0]!.data as { queries: SpanhouseQuery[] };
  expect(queries).toMatchObject([{ queryType: 'logs', query: 't' }]);
});

test('the variable of all services offers the operations of every service, asked once', async () => {
  const asked = install({ operations: { operations: [{ name: 'b' }] } });
  const query = { kind: 'operations', service: '$everything' };
  await lastValueFrom(create().variables.query(request([query as never]) as never));
  expect(asked.map(({ params }) => params)).toEqual([{}]);
});

test('a running search comes over a channel of its own', async () => {
  const getDataStream = jest.fn(() => of({ data: ['frame'] }));
  setGrafanaLiveSrv({ getDataStream } as unknown as GrafanaLiveSrv);
  const targets: SpanhouseQuery[] = [
    { refId: 'A', queryType: 'search', service: '$service' },
    { refId: 'B', queryType: 'metrics' },
  ];
  const response = await firstValueFrom(create().query(request(targets, { liveStreaming: true })));
  expect(response).toMatchObject({ data: ['frame'], state: LoadingState.Streaming });
  expect(getDataStream).toHaveBeenCalledTimes(1);
  expect(getDataStream).toHaveBeenCalledWith(
    expect.objectContaining({
      addr: {
        scope: 'ds',
        stream: 'u',
        namespace: 'u',
        path: expect.stringMatching(/^search\//) as string,
        data: expect.objectContaining({ service: '["cart","web"]' }) as object,
      },
    }),
  );
});

test('an alert rule starts with numbers, everybody else with a search', () => {
  expect(create().getDefaultQuery(CoreApp.UnifiedAlerting)).toMatchObject({ queryType: 'metrics' });
  expect(create().getDefaultQuery(CoreApp.Explore)).toMatchObject({ queryType: 'search' });
});

test('keys and values of ad-hoc filters', async () => {
  const asked = install({
    'attributes/keys': { keys: [{ key: 'zone', level: 'resource' }] },
    'attributes/values': { values: [{ value: 'eu', count: '5' }] },
  });
  const keys = await create().getTagKeys();
  expect(keys).toEqual([{ text: 'resource.zone', value: 'resource.zone', group: 'resource' }]);
  const values = await create().getTagValues({ key: 'resource.zone', filters: [] });
  expect(values).toEqual([{ text: 'eu', value: 'eu' }]);
  expect(asked[1]!.params).toEqual({ key: 'zone', level: 'resource' });
});

test('a filter that is clicked twice stands once', () => {
  const source = create();
  const query: SpanhouseQuery = { refId: 'A', queryType: 'search' };
  const once = source.modifyQuery(query, { type: 'ADD_FILTER', options: { key: 'span.k', value: 'v' } });
  const out = source.modifyQuery(once, { type: 'ADD_FILTER_OUT', options: { key: 'span.k', value: 'v' } });
  expect(once.filters).toEqual([{ key: 'k', level: 'span', operator: '=', values: ['v'] }]);
  expect(out.filters).toEqual([{ key: 'k', level: 'span', operator: '!=', values: ['v'] }]);
});

test.each([
  [{ kind: 'services' }, { services: { services: ['cart', 'web'] } }, ['cart', 'web']],
  [{ kind: 'services', prefix: 'w' }, { services: { services: ['cart', 'web'] } }, ['web']],
  [
    { kind: 'operations', service: '$service' },
    { operations: { operations: [{ name: 'b' }, { name: 'a' }] } },
    ['a', 'b'],
  ],
  ['operations(cart)', { operations: { operations: [{ name: 'b' }] } }, ['b']],
  [{ kind: 'attributeKeys' }, { 'attributes/keys': { keys: [{ key: 'k', level: 'span' }] } }, ['span.k']],
  [
    { kind: 'attributeValues', attribute: 'span.k' },
    { 'attributes/values': { values: [{ value: 'v' }] } },
    ['v'],
  ],
  [{ kind: 'attributeValues' }, {}, []],
  [
    { kind: 'traceIds', service: 'cart' },
    {
      '/api/ds/query': {
        results: {
          SpanhouseVariable: {
            frames: [
              { schema: { fields: [{ name: 'traceID', type: 'string' }] }, data: { values: [['ab', 'cd']] } },
            ],
          },
        },
      },
    },
    ['ab', 'cd'],
  ],
])('the variable %j', async (query, answers, expected) => {
  install(answers);
  const { data } = await lastValueFrom(create().variables.query(request([query as never]) as never));
  expect((data as { text: string }[]).map(({ text }) => text)).toEqual(expected);
});
