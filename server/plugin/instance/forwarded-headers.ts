import type { ForwardSettings } from './instance-settings.ts';

export type CallerHeaders = Readonly<Record<string, string>>;

/** Of the caller's headers, those that say who it is: only where the data source forwards identities. */
const IDENTITY = new Set(['authorization', 'x-id-token']);
/** In queries Grafana marks with this prefix what it forwards beside them. */
const PREFIX = 'http_';
/** Of these, what a server may want to know: who asks, and from where in Grafana. Never a tenant. */
const MARKED = /^(?:x-grafana-|x-dashboard-|x-panel-|x-datasource-|x-query-group-)/;

const NAME = /^[a-z0-9_-]+$/;
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/;

/**
 * What of the caller's headers goes on to the server, by lower-case name; the data source's own come over it. Values are
 * bytes of UTF-8, one a character, as HTTP has them: titles of dashboards are in any language.
 */
export function forwardedHeaders(caller: CallerHeaders, forward: ForwardSettings): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [given, text] of Object.entries(caller)) {
    const name = given.toLowerCase();
    const value = Buffer.from(text).toString('latin1');
    // What no header may be would fail the request; nothing here is worth that.
    if (!NAME.test(name) || CONTROL.test(value)) continue;
    if (IDENTITY.has(name)) {
      if (forward.identity) headers[name] = value;
    } else if (name === 'cookie') {
      const cookies = keptCookies(value, forward.cookies);
      if (cookies !== '') headers[name] = cookies;
    } else if (name.startsWith(PREFIX) && MARKED.test(name.slice(PREFIX.length))) {
      headers[name.slice(PREFIX.length)] = value;
    }
  }
  return headers;
}

/** Names may end in a star, as Grafana reads them. */
function keptCookies(line: string, kept: readonly string[]): string {
  const isKept = (name: string): boolean =>
    kept.some((wanted) => (wanted.endsWith('*') ? name.startsWith(wanted.slice(0, -1)) : name === wanted));
  return line
    .split(';')
    .map((cookie) => cookie.trim())
    .filter((cookie) => isKept(cookie.split('=', 1)[0]!))
    .join('; ');
}
