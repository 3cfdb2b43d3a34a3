import type { SpacePortKind } from '../config/space-port.ts';
import type { ListenAddress } from '../platform/listener.ts';
import { presentAddress } from '../platform/listener.ts';
import type { Logger } from '../platform/logger.ts';

export type ListenerName =
  | 'http'
  | 'grpc'
  | 'otlpHttp'
  | 'otlpGrpc'
  | 'jaegerHttp'
  | 'jaegerGrpc'
  | 'jaegerCompact'
  | 'jaegerBinary'
  | 'sampling'
  | 'samplingGrpc'
  | 'zipkin'
  | 'influx'
  | 'cnosdb'
  | 'plugin'
  // Ports that are for one space: `udp of acme/iot/traces`.
  | `${SpacePortKind} of ${string}`;

/** Every open port by what it is for; those that are off are not there. */
export type Listeners = Readonly<Partial<Record<ListenerName, ListenAddress>>>;

/** One line for programs and, at a terminal, a few for people. */
export function announce(listeners: Listeners, engine: string, logger: Logger): void {
  const addresses = Object.entries(listeners).flatMap(([name, address]) =>
    address === undefined ? [] : [[name, presentAddress(address)] as const],
  );
  logger.info({ listeners: Object.fromEntries(addresses), engine }, 'ready');
  if (process.stdout.isTTY) process.stdout.write(presentWelcome(listeners));
}

/** Where to send, and where to look. */
export function presentWelcome(listeners: Listeners): string {
  const rows = ROWS.flatMap(([name, what, where]): [string, string][] => {
    const address = listeners[name];
    return address === undefined ? [] : [[what, where(presentAddress(address))]];
  });
  rows.push(['make some traffic with', 'npm run demo'], ['stop with', 'Ctrl-C']);
  return `\nSpanhouse is ready.\n\n${rows.map(([what, where]) => `  ${what.padEnd(28)}${where}`).join('\n')}\n\n`;
}

/** In the order in which they are told. */
const ROWS: readonly (readonly [ListenerName, string, (address: string) => string])[] = [
  ['otlpHttp', 'send OTLP over HTTP to', (address) => `http://${address}/v1/traces`],
  ['otlpGrpc', 'send OTLP over gRPC to', plainly],
  ['jaegerHttp', 'send Jaeger Thrift to', (address) => `http://${address}/api/traces`],
  ['jaegerGrpc', 'send Jaeger gRPC to', plainly],
  ['zipkin', 'send Zipkin to', (address) => `http://${address}/api/v2/spans`],
  ['influx', 'send line protocol to', (address) => `http://${address}/write`],
  ['cnosdb', 'be CnosDB at', (address) => `http://${address}`],
  ['http', 'see what has arrived at', (address) => `http://${address}/`],
  ['http', 'point Grafana and Jaeger to', (address) => `http://${address}`],
  ['http', 'see how it is doing at', (address) => `http://${address}/readyz`],
  ['grpc', 'query over gRPC at', plainly],
  ['plugin', "run Grafana's plugin backend at", plainly],
];

function plainly(address: string): string {
  return address;
}
