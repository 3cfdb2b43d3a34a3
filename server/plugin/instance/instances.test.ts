import { afterEach, expect, test } from 'vitest';
import { contextOfTest, type SettingsOfTest } from './context.fixture.ts';
import { createInstances, type Instances } from './instances.ts';

let instances: Instances;

afterEach(() => {
  instances.close();
});

/** Whether the second data source gets the connections of the first one. */
function areOne(first: SettingsOfTest, second: SettingsOfTest): boolean {
  instances = createInstances(() => undefined);
  return instances.of(contextOfTest(first)) === instances.of(contextOfTest(second));
}

test('the same settings are one instance', () => {
  expect(areOne({ json: { tenant: 'acme' } }, { json: { tenant: 'acme' } })).toBe(true);
});

test('the same secrets in another order are one instance', () => {
  expect(areOne({ secrets: { token: 't', tlsCACert: 'c' } }, { secrets: { tlsCACert: 'c', token: 't' } })).toBe(true); // prettier-ignore
});

test.each<[string, SettingsOfTest]>([
  ['another organisation', { orgId: 2 }],
  ['another data source', { uid: 'other' }],
  ['a later change', { lastUpdatedMS: 2 }],
  ['another secret, though the time of the change is the same', { secrets: { token: 't' } }],
  ['another tenant', { json: { tenant: 'acme' } }],
  ['another user', { basicAuthEnabled: true, basicAuthUser: 'ann' }],
])('%s is another instance', (_what, second) => {
  expect(areOne({}, second)).toBe(false);
});

test('settings that cannot be used do not stay', () => {
  instances = createInstances(() => undefined);
  expect(() => instances.of(contextOfTest({ url: '' }))).toThrow(/has no URL/);
  expect(instances.of(contextOfTest()).settings.uid).toBe('spans');
  expect(() => instances.of(null)).toThrow('the request names no data source');
});
