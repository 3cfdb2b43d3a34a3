import { expect, test } from 'vitest';
import { nearestName } from './nearest-name.ts';

const KNOWN = ['HTTP_PORT', 'OTLP_HTTP_PORT', 'DATA_DIR', 'RETENTION', 'RETENTION_BY_SPACE'];

test.each([
  ['HTP_PORT', 'HTTP_PORT'],
  ['OTLP_HTTPPORT', 'OTLP_HTTP_PORT'],
  ['DATADIR', 'DATA_DIR'],
  ['RETENTIONS', 'RETENTION'],
  ['RETENTION_BY_TENANT', 'RETENTION_BY_SPACE'],
  ['COLOUR', undefined],
  ['', undefined],
])('%s most likely meant %s', (mistyped, want) => {
  expect(nearestName(mistyped, KNOWN)).toBe(want);
});
