import type { ListenAddress } from '../platform/listener.ts';
import { presentAddress } from '../platform/listener.ts';
import type { Logger } from '../platform/logger.ts';

/** Every open port by what it is for; those that are off are not there. */
export type Listeners = Readonly<
  Partial<Record<'http' | 'grpc' | 'otlpHttp' | 'otlpGrpc' | 'plugin', ListenAddress>>
>;

/** One line for programs and, at a terminal, a few for people. */
export function announce(listeners: Listeners, engine: string, logger: Logger): void {
  const addresses = Object.entries(listeners).map(
    ([name, address]) => [name, presentAddress(address)] as const,
  );
  logger.info({ listeners: Object.fromEntries(addresses), engine }, 'ready');
  if (process.stdout.isTTY) process.stdout.write(presentWelcome(listeners));
}

/** Where to send, and where to look. */
export function presentWelcome({ http, grpc, otlpHttp, otlpGrpc, plugin }: Listeners): string {
  const rows: [string, string][] = [];
  if (otlpHttp !== undefined)
    rows.push(['send OTLP over HTTP to', `http://${presentAddress(otlpHttp)}/v1/traces`]);
  if (otlpGrpc !== undefined) rows.push(['send OTLP over gRPC to', presentAddress(otlpGrpc)]);
  if (http !== undefined) {
    rows.push(['see what has arrived at', `http://${presentAddress(http)}/`]);
    rows.push(['point Grafana and Jaeger to', `http://${presentAddress(http)}`]);
    rows.push(['see how it is doing at', `http://${presentAddress(http)}/readyz`]);
  }
  if (grpc !== undefined) rows.push(['query over gRPC at', presentAddress(grpc)]);
  if (plugin !== undefined) rows.push(["run Grafana's plugin backend at", presentAddress(plugin)]);
  rows.push(['make some traffic with', 'npm run demo'], ['stop with', 'Ctrl-C']);
  return `\nSpanhouse is ready.\n\n${rows.map(([what, where]) => `  ${what.padEnd(28)}${where}`).join('\n')}\n\n`;
}
