import { expect, test } from 'vitest';
import { buildServiceOverview } from '../../../src/dashboards/service-overview.ts';
import { downloadServiceOverview } from './dashboards.ts';
import type { ResourceRequest } from './resource.ts';
import { RESOURCES } from './resource-routes.ts';

const DATA_SOURCE = { uid: 'abc', name: 'Traces of acme' };

function asked(query: string): ResourceRequest {
  return {
    params: new URLSearchParams(query),
    instance: { settings: DATA_SOURCE },
  } as unknown as ResourceRequest;
}

test.each<[string, Parameters<typeof buildServiceOverview>[0]]>([
  ['', { dataSource: DATA_SOURCE }],
  ['service=', { dataSource: DATA_SOURCE }],
  ['service=cart', { dataSource: DATA_SOURCE, services: ['cart'] }],
  ['service=a%2Fb&service=c', { dataSource: DATA_SOURCE, services: ['a/b', 'c'] }],
  ['title=+Mine+', { dataSource: DATA_SOURCE, title: 'Mine' }],
])('%j is what the dialog builds', async (query, options) => {
  expect(await downloadServiceOverview(asked(query))).toEqual(buildServiceOverview(options));
});

test('it is among the resources', () => {
  expect(RESOURCES['dashboards/service-overview']).toBe(downloadServiceOverview);
});
