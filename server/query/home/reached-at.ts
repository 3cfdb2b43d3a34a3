import type { IncomingHttpHeaders } from 'node:http';
import { type ListenAddress, presentAddress } from '../../platform/listener.ts';

/** By which name a client has reached the main port: what it can copy works from where it is. */
export interface ReachedAt {
  /** `http://host:port`, or `https` behind a proxy that says so. */
  readonly origin: string;
  /** Without the port; IPv6 in brackets. */
  readonly hostname: string;
}

const HOST = /^([A-Za-z0-9_.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:\d{1,5})?$/;

/** What is no host's name is not repeated; then it is where we listen. */
export function reachedAt(headers: IncomingHttpHeaders, listening: ListenAddress): ReachedAt {
  const given = HOST.exec(headers.host ?? '');
  const [host, hostname] =
    given === null ? [presentAddress(listening), hostnameOf(listening)] : [given[0], given[1]!];
  const scheme = headers['x-forwarded-proto'] === 'https' ? 'https' : 'http';
  return { origin: `${scheme}://${host}`, hostname };
}

function hostnameOf(address: ListenAddress): string {
  return presentAddress(address).slice(0, -`:${address.port}`.length);
}
