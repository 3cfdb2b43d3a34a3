import { expect, test } from 'vitest';
import { isResourceKey } from './resource-keys.ts';

test.each([
  ['service.name', true],
  ['service.instance.id', true],
  ['telemetry.sdk.name', true],
  ['k8s.pod.name', true],
  ['os.type', true],
  ['faas.name', true],
  ['faas.namespace', false],
  ['faas.trigger', false],
  ['service.peer.name', false],
  ['service', false],
  ['services.name', false],
  ['osx.type', false],
  ['http.method', false],
  ['', false],
])('%s', (key, want) => {
  const bytes = Buffer.from(`<${key}>`);
  expect(isResourceKey(bytes, 1, bytes.length - 1)).toBe(want);
});
