import { checkHealth, getResource, queryData } from '../host/ask.ts';
import type { SavedDataSource } from '../host/data-source.ts';
import type { PluginHost } from '../host/plugin-host.ts';
import type { ReadField, ReadFrame } from '../host/read-frame.ts';
import type { PluginBackend, SavedSettings } from './grafana-front.ts';

/** The built backend behind a host that starts it as Grafana does. */
export function createHostBackend(host: PluginHost): PluginBackend {
  return {
    query: async ({ queries, from, to }, settings) => {
      const asked = Object.fromEntries(queries.map((query) => [String(query['refId']), query]));
      const window = { fromMs: Number(from), toMs: Number(to) };
      const answers = Object.entries(await queryData(host, sourceOf(settings), asked, window));
      const results = answers.map(([refId, { frames, error, status, errorSource }]) => [
        refId,
        { status, frames: frames.map(presentFrame), ...(error !== '' && { error, errorSource }) },
      ]);
      const hasFailed = answers.some(([, { error }]) => error !== '');
      return { status: hasFailed ? 207 : 200, body: { results: Object.fromEntries(results) as object } };
    },
    resource: async (url, settings) => {
      const { code, text } = await getResource(host, sourceOf(settings), url);
      return { status: code, body: JSON.parse(text) as unknown };
    },
    health: async (settings) => {
      const { ok, message, details } = await checkHealth(host, sourceOf(settings));
      return { status: ok ? 200 : 400, body: { status: ok ? 'OK' : 'ERROR', message, details } };
    },
  };
}

function sourceOf({ kept, secrets, version }: SavedSettings): SavedDataSource {
  return {
    url: String(kept['url']),
    json: kept['jsonData'] as Readonly<Record<string, unknown>>,
    secrets,
    uid: String(kept['uid']),
    lastUpdatedMs: version,
  };
}

const TYPES: Readonly<Record<ReadField['type'], string>> = {
  string: 'string',
  int: 'number',
  float: 'number',
  boolean: 'boolean',
  time: 'time',
  json: 'other',
};

/** As Grafana sends a frame on to the browser: times are milliseconds, and all numbers are JavaScript's. */
function presentFrame({ name, refId, meta, fields }: ReadFrame): object {
  return {
    schema: {
      name,
      refId,
      meta,
      fields: fields.map((field) => ({
        name: field.name,
        type: TYPES[field.type],
        labels: field.labels,
        config: field.config,
      })),
    },
    data: { values: fields.map(({ type, values }) => values.map((value) => presentValue(type, value))) },
  };
}

function presentValue(type: ReadField['type'], value: unknown): unknown {
  if (typeof value !== 'bigint') return value;
  return type === 'time' ? Number(value / 1_000_000n) : Number(value);
}
