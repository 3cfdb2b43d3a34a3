import type { HttpProtocol } from '../http-receiver.ts';
import { decodeLines } from './decode-lines.ts';
import { claimsOf, parsePrecision } from './parameters.ts';
import { respondFault, respondReceipt } from './respond.ts';

/** InfluxDB's line protocol, both generations of its API; whatever the content type says, it is lines. */
export const INFLUX_HTTP: HttpProtocol = {
  name: 'influx-http',
  formatOf: (request) => ({ name: 'lines', decode: decodeLines(parsePrecision(request)) }),
  claimsOf,
  respondReceipt,
  respondFault,
};
