import {
  createDashboard,
  type Dashboard,
  type DataSourceRef,
  type Placement,
  type Target,
} from './dashboard.ts';
import { type Draft, heading, layOut, type Source, stat, timeSeries } from './panel.ts';
import { foundVariable, prometheusVariable } from './variable.ts';

const PROMETHEUS: DataSourceRef = { type: 'prometheus', uid: '${prometheus}' };

/** What the server says of itself in its metrics, and what each tenant's span metrics say, once Prometheus scrapes both. */
export function buildTenantsAndIngest({ uid }: Pick<Placement, 'uid'>): Dashboard {
  return createDashboard(
    { ...(uid === undefined ? {} : { uid }), dataSource: 'first' },
    {
      title: 'Tenants and ingest',
      description:
        'Spans on their way in, the write-ahead log, queries and the process, out of the server’s own metrics; and ' +
        'traffic by tenant, out of span metrics that are scraped under the labels tenant, db and table.',
      variables: [
        prometheusVariable(),
        labelVariable('instance', 'Server', 'spanhouse_spans_accepted_total'),
        labelVariable('tenant', 'Tenant', SPANS),
      ],
      panels: layOut([
        numbers(),
        [heading('Tenants')],
        tenants(),
        [heading('Ingest')],
        ...ingest(),
        [heading('Write-ahead log')],
        ...log(),
        [heading('Queries and the process')],
        ...reading(),
      ]),
    },
  );
}

/** Of the endpoint for span metrics, which is scraped once for each space. */
const SPANS = 'traces_spanmetrics_calls_total';

function labelVariable(name: string, label: string, metric: string) {
  const query = `label_values(${metric}, ${name})`;
  return foundVariable({
    name,
    label,
    datasource: PROMETHEUS,
    query: { qryType: 1, query, refId: 'PrometheusVariableQueryEditor-VariableQuery' },
    definition: query,
  });
}

/** Expressions by the name of their lines; the name is empty for what is no line. */
function measure(expressions: Readonly<Record<string, string>>): Source {
  const targets = Object.entries(expressions).map(([legendFormat, expr], at): Target => ({
    refId: String.fromCharCode('A'.charCodeAt(0) + at),
    datasource: PROMETHEUS,
    editorMode: 'code',
    range: true,
    expr,
    legendFormat: legendFormat === '' ? '__auto' : legendFormat,
  }));
  return { datasource: PROMETHEUS, targets };
}

const SERVER = 'instance=~"$instance"';

function own(name: string, labels = ''): string {
  return `spanhouse_${name}{${SERVER}${labels === '' ? '' : `, ${labels}`}}`;
}

function rate(series: string): string {
  return `rate(${series}[$__rate_interval])`;
}

function sumBy(labels: string, series: string): string {
  return labels === '' ? `sum(${rate(series)})` : `sum by (${labels}) (${rate(series)})`;
}

function quantile(share: number, histogram: string, by = ''): string {
  return `histogram_quantile(${share}, ${sumBy(by === '' ? 'le' : `le, ${by}`, own(`${histogram}_bucket`))})`;
}

function numbers(): readonly Draft[] {
  const box = { w: 6, h: 4, calc: 'lastNotNull' };
  return [
    stat({
      ...box,
      title: 'Spans accepted',
      unit: 'cps',
      source: measure({ '': sumBy('', own('spans_accepted_total')) }),
    }),
    stat({
      ...box,
      title: 'Spans refused',
      unit: 'cps',
      badFrom: 0.001,
      source: measure({ '': sumBy('', own('spans_refused_total')) }),
    }),
    stat({
      ...box,
      title: 'Age of the oldest span that is not loaded',
      unit: 's',
      badFrom: 60,
      source: measure({ '': `max(${own('log_oldest_seconds')})` }),
    }),
    stat({
      ...box,
      title: 'Segments set aside',
      unit: 'short',
      badFrom: 1,
      source: measure({ '': `sum(${own('load_set_aside_total')})` }),
    }),
  ];
}

function tenants(): readonly Draft[] {
  const box = { w: 12, h: 8 };
  const all = `${SPANS}{tenant=~"$tenant"}`;
  const failed = `${SPANS}{tenant=~"$tenant", status_code="STATUS_CODE_ERROR"}`;
  const by = 'tenant, db, table';
  const line = '{{tenant}} / {{db}} / {{table}}';
  return [
    timeSeries({
      ...box,
      title: 'Spans by tenant',
      unit: 'cps',
      source: measure({ [line]: sumBy(by, all) }),
    }),
    timeSeries({
      ...box,
      title: 'Share of failed spans by tenant',
      unit: 'percentunit',
      source: measure({ [line]: `${sumBy(by, failed)} / ${sumBy(by, all)}` }),
    }),
  ];
}

function ingest(): readonly (readonly Draft[])[] {
  const box = { w: 8, h: 8 };
  return [
    [
      timeSeries({
        ...box,
        title: 'Spans',
        unit: 'cps',
        source: measure({
          accepted: sumBy('', own('spans_accepted_total')),
          'refused: {{reason}}': sumBy('reason', own('spans_refused_total')),
          'ended before they started': sumBy('', own('spans_clamped_total')),
        }),
      }),
      timeSeries({
        ...box,
        title: 'Requests',
        unit: 'reqps',
        source: measure({ '{{protocol}} {{code}}': sumBy('protocol, code', own('intake_requests_total')) }),
      }),
      timeSeries({
        ...box,
        title: 'p99 of a request',
        unit: 's',
        source: measure({ '{{protocol}}': quantile(0.99, 'intake_request_seconds', 'protocol') }),
      }),
    ],
    [
      timeSeries({
        ...box,
        w: 12,
        title: 'Bytes of requests, unpacked',
        unit: 'Bps',
        source: measure({ '{{protocol}}': sumBy('protocol', own('intake_body_bytes_total')) }),
      }),
      timeSeries({
        ...box,
        w: 12,
        title: 'Bytes of requests in work',
        unit: 'bytes',
        source: measure({ '{{instance}}': own('intake_inflight_bytes') }),
      }),
    ],
  ];
}

function log(): readonly (readonly Draft[])[] {
  const box = { w: 8, h: 8 };
  return [
    [
      timeSeries({
        ...box,
        title: 'Bytes in the log',
        unit: 'bytes',
        source: measure({ '{{instance}}': own('log_bytes') }),
      }),
      timeSeries({
        ...box,
        title: 'Segments that wait for the engine',
        unit: 'short',
        source: measure({ '{{instance}}': own('log_segments') }),
      }),
      timeSeries({
        ...box,
        title: 'Loads tried again, segments set aside, bytes damaged',
        unit: 'short',
        source: measure({
          'tried again a second': sumBy('', own('load_retries_total')),
          'set aside': `sum(${own('load_set_aside_total')})`,
          'bytes damaged': `sum(${own('log_damaged_bytes_total')})`,
        }),
      }),
    ],
    [
      timeSeries({
        ...box,
        title: 'Blocks appended',
        unit: 'Bps',
        source: measure({
          bytes: sumBy('', own('log_block_bytes_total')),
          blocks: sumBy('', own('log_blocks_total')),
        }),
      }),
      timeSeries({
        ...box,
        title: 'p99 of an fsync, and of a load',
        unit: 's',
        source: measure({ fsync: quantile(0.99, 'log_fsync_seconds'), load: quantile(0.99, 'load_seconds') }),
      }),
      timeSeries({
        ...box,
        title: 'Spans loaded',
        unit: 'cps',
        source: measure({ '{{instance}}': sumBy('instance', own('load_rows_total')) }),
      }),
    ],
  ];
}

function reading(): readonly (readonly Draft[])[] {
  const box = { w: 8, h: 8 };
  return [
    [
      timeSeries({
        ...box,
        title: 'Calls of the store',
        unit: 'cps',
        source: measure({ '{{kind}}': sumBy('kind', own('query_seconds_count')) }),
      }),
      timeSeries({
        ...box,
        title: 'p95 of a call of the store',
        unit: 's',
        source: measure({ '{{kind}}': quantile(0.95, 'query_seconds', 'kind') }),
      }),
      timeSeries({
        ...box,
        title: 'Calls that did not end well',
        unit: 'cps',
        source: measure({
          '{{kind}} {{outcome}}': sumBy('kind, outcome', own('query_seconds_count', 'outcome!="ok"')),
        }),
      }),
    ],
    [
      timeSeries({
        ...box,
        title: 'Memory',
        unit: 'bytes',
        source: measure({
          '{{instance}} engine': own('engine_memory_bytes'),
          '{{instance}} process': `process_resident_memory_bytes{${SERVER}}`,
        }),
      }),
      timeSeries({
        ...box,
        title: 'Processors in use',
        unit: 'short',
        source: measure({ '{{instance}}': rate(`process_cpu_seconds_total{${SERVER}}`) }),
      }),
      timeSeries({
        ...box,
        title: 'p99 of the event loop’s delay',
        unit: 's',
        source: measure({ '{{instance}}': `nodejs_eventloop_lag_p99_seconds{${SERVER}}` }),
      }),
    ],
  ];
}
