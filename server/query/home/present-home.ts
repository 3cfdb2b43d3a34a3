import { createHash } from 'node:crypto';
import { type Space, spaceKey } from '../../space/space.ts';
import { Html, html } from './html.ts';
import { PAGE_SCRIPT } from './page-script.ts';
import { PAGE_STYLE } from './page-style.ts';
import type { ReachedAt } from './reached-at.ts';

/** The ports that listen, as far as the page speaks of them; `grpc` is the query server's. */
export type HomePorts = Readonly<Partial<Record<HomePort, number>>>;

export type HomePort =
  | 'otlpHttp'
  | 'otlpGrpc'
  | 'grpc'
  | 'jaegerHttp'
  | 'jaegerGrpc'
  | 'jaegerCompact'
  | 'zipkin'
  | 'influx'
  | 'cnosdb';

/** Everything the page says. */
export interface Home {
  readonly version: string;
  readonly reachedAt: ReachedAt;
  readonly ports: HomePorts;
  readonly uiHosted: boolean;
  /** What a request that names no space gets. */
  readonly defaultSpace: Space;
  readonly spaces: HomeSpaces;
  readonly nowMs: number;
}

export type HomeSpaces =
  | {
      readonly kind: 'read';
      readonly shown: readonly HomeSpace[];
      /** Of those that the filter lets through. */
      readonly found: number;
      readonly all: number;
      readonly filter: string;
    }
  | { readonly kind: 'unread'; readonly reason: string };

export interface HomeSpace {
  readonly space: Space;
  readonly spanCount: number;
  readonly lastStartNanos: bigint;
  /** Over the last minutes; undefined where it is not known. */
  readonly spansPerSecond: number | undefined;
}

/** The page may load nothing and run nothing but what it holds. */
export const HOME_POLICY = [
  "default-src 'none'",
  'img-src data:',
  "form-action 'self'",
  "base-uri 'none'",
  `style-src '${hashOf(PAGE_STYLE)}'`,
  `script-src '${hashOf(PAGE_SCRIPT)}'`,
].join('; ');

/** To the letter: the policy names them by their hashes. */
const STYLE = new Html(`<style>${PAGE_STYLE}</style>`);
const SCRIPT = new Html(`<script>${PAGE_SCRIPT}</script>`);

/** A list that is longer is searched rather than read. */
const FILTER_FROM = 10;

export function presentHome(home: Home): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Spanhouse</title>
        <link rel="icon" href="data:," />
        ${STYLE}
      </head>
      <body>
        <header>
          <h1>Spanhouse</h1>
          <span class="faint">${home.version}</span>
          <nav>
            ${home.uiHosted ? html`<a href="search">Jaeger UI</a>` : undefined}
            <a href="api/v1/spaces">Spaces as JSON</a> <a href="readyz">Readiness</a>
            <a href="metrics">Metrics</a>
          </nav>
        </header>
        <main>${presentSpaces(home)} ${presentSending(home)} ${presentLooking(home)}</main>
        ${SCRIPT}
      </body>
    </html> `.text;
}

function presentSpaces(home: Home): Html {
  return html`<section>
    <h2>Spaces</h2>
    ${
      home.spaces.kind === 'read'
        ? presentList(home, home.spaces)
        : html`<p class="notice">The list cannot be read now: ${home.spaces.reason}.</p>`
    }
  </section>`;
}

function presentList(home: Home, { shown, found, all, filter }: HomeSpaces & { kind: 'read' }): Html {
  if (all === 0) {
    return html`<p class="notice">
      No spans yet. The lines below say where to send them; <code>npm run demo</code> makes some.
    </p>`;
  }
  return html`
    ${all >= FILTER_FROM || filter !== '' ? presentFilter(filter) : undefined}
    ${found === shown.length ? undefined : presentCut(shown.length, found)}
    ${found === 0 ? html`<p class="notice">No space has “${filter}” in its name.</p>` : undefined}
    <ul class="cards">
      ${shown.map((space) => presentSpace(home, space))}
    </ul>
  `;
}

function presentFilter(filter: string): Html {
  return html`<form method="get">
    <input name="q" value="${filter}" aria-label="Part of a name" placeholder="Part of a name" />
    <button>Find</button>
  </form>`;
}

function presentCut(shown: number, found: number): Html {
  return html`<p class="faint">
    ${presentCount(found)} spaces; the ${shown} with the latest spans are shown.
  </p>`;
}

function presentSpace(home: Home, { space, spanCount, lastStartNanos, spansPerSecond }: HomeSpace): Html {
  const path = pathOf(space);
  const last = new Date(Number(lastStartNanos / 1_000_000n));
  return html`<li class="card">
    <h3><b>${space.tenant}</b> / ${space.db} / ${space.table}</h3>
    <p class="figures">
      <span><strong>${presentCount(spanCount)}</strong> ${spanCount === 1 ? 'span' : 'spans'}</span>
      ${
        spansPerSecond === undefined
          ? undefined
          : html`<span><strong>${presentRate(spansPerSecond)}</strong> spans/s</span>`
      }
      <span
        >last <time datetime="${presentTime(last)}">${presentAge(home.nowMs - last.getTime())}</time></span
      >
    </p>
    ${home.uiHosted ? html`<a class="open" href="${path}/search">Open in Jaeger UI</a>` : undefined}
    <details>
      <summary>Lines to copy</summary>
      ${presentLine('Grafana, data source “Jaeger”, URL', `${home.reachedAt.origin}/${path}`)}
      ${presentLine('Senders: this space by headers', headersLine(space))}
      ${presentLine(
        'Senders: this space by path, over HTTP',
        `OTEL_EXPORTER_OTLP_ENDPOINT=${otlpHttpUrl(home)}/${path}`,
      )}
    </details>
  </li>`;
}

function presentSending(home: Home): Html {
  const { hostname } = home.reachedAt;
  const grpc =
    home.ports.otlpGrpc === undefined
      ? undefined
      : presentLine(
          'OTLP over gRPC',
          `OTEL_EXPORTER_OTLP_PROTOCOL=grpc OTEL_EXPORTER_OTLP_ENDPOINT=http://${hostname}:${home.ports.otlpGrpc}`,
        );
  return html`<section>
    <h2>Where to send</h2>
    <div class="card">
      <p>Any OpenTelemetry SDK or Collector. These lines set one by its environment:</p>
      ${presentLine(
        'OTLP over HTTP',
        `OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf OTEL_EXPORTER_OTLP_ENDPOINT=${otlpHttpUrl(home)}`,
      )}
      ${grpc}
      ${presentLine('Into a space of your own', headersLine({ tenant: 'acme', db: 'shop', table: 'traces' }))}
      <p class="faint">
        Without these headers spans go to ${spaceKey(home.defaultSpace)}. Ports are those this process listens
        on; a container or a proxy may show them under others.
      </p>
      ${presentOtherSenders(home)}
    </div>
  </section>`;
}

/** What senders of other protocols are set to, by the port that has to listen. */
const OTHER_SENDERS: readonly (readonly [HomePort, string, (host: string, port: number) => string])[] = [
  [
    'jaegerHttp',
    'Jaeger clients, Thrift over HTTP',
    (host, port) => `JAEGER_ENDPOINT=http://${host}:${port}/api/traces`,
  ],
  [
    'jaegerCompact',
    'Jaeger clients, Thrift over UDP',
    (host, port) => `JAEGER_AGENT_HOST=${host} JAEGER_AGENT_PORT=${port}`,
  ],
  ['jaegerGrpc', 'Jaeger agents, gRPC', (host, port) => `--reporter.grpc.host-port=${host}:${port}`],
  ['zipkin', 'Zipkin senders', (host, port) => `http://${host}:${port}/api/v2/spans`],
  ['influx', 'InfluxDB line protocol', (host, port) => `http://${host}:${port}/write?db=shop`],
  ['cnosdb', 'In the place of CnosDB', (host, port) => `http://${host}:${port}/api/v1/traces`],
];

function presentOtherSenders({ ports, reachedAt }: Home): Html | undefined {
  const lines = OTHER_SENDERS.flatMap(([name, what, lineOf]) => {
    const port = ports[name];
    return port === undefined ? [] : [presentLine(what, lineOf(reachedAt.hostname, port))];
  });
  if (lines.length === 0) return undefined;
  return html`<details>
    <summary>Other senders</summary>
    ${lines}
  </details>`;
}

function presentLooking(home: Home): Html {
  const { origin, hostname } = home.reachedAt;
  const grpc =
    home.ports.grpc === undefined
      ? undefined
      : presentLine('Jaeger’s query API over gRPC', `${hostname}:${home.ports.grpc}`);
  return html`<section>
    <h2>Where to look</h2>
    <div class="card">
      ${presentLine(`Grafana, data source “Jaeger”, URL, for ${spaceKey(home.defaultSpace)}`, origin)}
      <p class="faint">For another space take the line of its card, or append /t/tenant/db/table.</p>
      ${grpc} ${home.uiHosted ? presentHostedUi() : presentMissingUi()}
    </div>
  </section>`;
}

function presentHostedUi(): Html {
  return html`<h4>Jaeger UI</h4>
    <p>It is <a href="search">hosted here</a>; each space has it under a path of its own.</p>`;
}

function presentMissingUi(): Html {
  return html`${presentLine('Jaeger UI: fetch it once', 'npm run ui')}
  ${presentLine('and start with it', 'SPANHOUSE_UI_DIR=./ui npm start')}`;
}

function presentLine(what: string, line: string): Html {
  return html`<h4>${what}</h4>
    <div class="copy"><code>${line}</code></div>`;
}

/** The main port takes it as well, where the usual one is off. */
function otlpHttpUrl({ reachedAt, ports }: Home): string {
  return ports.otlpHttp === undefined ? reachedAt.origin : `http://${reachedAt.hostname}:${ports.otlpHttp}`;
}

function headersLine({ tenant, db, table }: Pick<Space, 'tenant' | 'db' | 'table'>): string {
  return `OTEL_EXPORTER_OTLP_HEADERS=tenant=${tenant},db=${db},table=${table}`;
}

/** Relative, so that it is right behind a proxy that takes a prefix off the path. */
function pathOf({ tenant, db, table }: Space): string {
  return ['t', tenant, db, table].map(encodeURIComponent).join('/');
}

function presentCount(count: number): string {
  return count.toLocaleString('en-GB');
}

function presentRate(perSecond: number): string {
  if (perSecond > 0 && perSecond < 0.05) return '<0.1';
  return perSecond.toLocaleString('en-GB', { maximumFractionDigits: perSecond < 10 ? 1 : 0 });
}

const AGES = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
] as const;

/** In the largest unit that it has at least one of; a sender's clock may be ahead of ours. */
function presentAge(ms: number): string {
  const age = AGES.find(([unitMs]) => ms >= unitMs);
  return age === undefined ? 'just now' : `${Math.floor(ms / age[0])} ${age[1]} ago`;
}

/** Spans may claim to begin when no calendar of JavaScript has a date. */
function presentTime(time: Date): string {
  return Number.isNaN(time.getTime()) ? '' : time.toISOString();
}

function hashOf(content: string): string {
  return `sha256-${createHash('sha256').update(content).digest('base64')}`;
}
