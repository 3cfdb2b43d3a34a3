import { expect, test } from 'vitest';
import type { TraceId } from '../../../span/span.ts';
import { type EnvelopeEnd, presentEnvelope, presentErrorEnvelope } from './envelope.ts';

const low = '00000000000000000000000000000001' as TraceId;
const high = '0000000000000001000000000000000a' as TraceId;

test.each<[string, EnvelopeEnd | undefined, string]>([
  ['null', undefined, '{"data":null,"total":0,"limit":0,"offset":0,"errors":null}'],
  ['["a"]', { total: 1 }, '{"data":["a"],"total":1,"limit":0,"offset":0,"errors":null}'],
  ['[]', { errors: [] }, '{"data":[],"total":0,"limit":0,"offset":0,"errors":[]}'],
  [
    '[]',
    {
      errors: [
        { msg: 'trace not found', traceId: low },
        { code: 7, msg: 'a<b', traceId: high },
      ],
    },
    '{"data":[],"total":0,"limit":0,"offset":0,"errors":[{"msg":"trace not found","traceID":"0000000000000001"},{"code":7,"msg":"a\\u003cb","traceID":"0000000000000001000000000000000a"}]}',
  ],
  ['[]', { cursor: null }, '{"data":[],"total":0,"limit":0,"offset":0,"errors":null,"cursor":null}'],
  ['[]', { cursor: null, ranked: 7 }, '{"data":[],"total":0,"limit":0,"offset":0,"errors":null,"cursor":null,"ranked":7}'], // prettier-ignore
  ['[]', { cursor: 'x' }, '{"data":[],"total":0,"limit":0,"offset":0,"errors":null,"cursor":"x"}'],
])('around %s', (data, end, want) => {
  expect(presentEnvelope(data, end)).toBe(want);
});

test('of a refusal', () => {
  expect(presentErrorEnvelope(404, 'trace not found')).toBe(
    '{"data":null,"total":0,"limit":0,"offset":0,"errors":[{"code":404,"msg":"trace not found"}]}',
  );
});
