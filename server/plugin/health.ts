import { askAbout } from './instance/about.ts';
import type { Instances } from './instance/instances.ts';
import type { InstanceSettings } from './instance/instance-settings.ts';
import type { Upstream } from './instance/upstream.ts';
import type { PluginLog } from './log.ts';
import { presentFailure } from './present-failure.ts';
import { type CheckHealthRequest, type CheckHealthResponse, HEALTH_STATUS } from './protocol/messages.ts';
import type { PluginCall } from './protocol/plugin-handlers.ts';
import { parseSpaces, type KnownSpace } from './resources/spaces.ts';

/** What Save & test shows. */
interface Verdict {
  readonly ok: boolean;
  readonly message: string;
  /** What may be done about it. */
  readonly verbose: string;
}

export async function checkHealth(
  { instances, log }: { readonly instances: Instances; readonly log: PluginLog },
  { pluginContext, headers }: CheckHealthRequest,
  { signal, trace }: PluginCall,
): Promise<CheckHealthResponse> {
  let verdict: Verdict;
  try {
    const instance = instances.of(pluginContext);
    verdict = await judge(instance.upstreamFor(headers, trace), instance.settings, signal);
  } catch (thrown) {
    const { message, source } = presentFailure(thrown);
    if (source === 'plugin') log.error('the health check failed by a mistake of ours', { error: thrown });
    verdict = { ok: false, message: capitalised(message), verbose: '' };
  }
  return {
    status: verdict.ok ? HEALTH_STATUS.ok : HEALTH_STATUS.error,
    message: verdict.message,
    jsonDetails: Buffer.from(
      JSON.stringify({ message: verdict.message, verboseMessage: verdict.verbose || verdict.message }),
    ),
  };
}

const NO_PARAMS = new URLSearchParams();

async function judge(
  upstream: Upstream,
  { json, url }: InstanceSettings,
  signal: AbortSignal,
): Promise<Verdict> {
  const kind = await upstream.serverKind(signal);
  if (kind !== 'spanhouse') {
    const path = kind === 'jaeger-second' ? '/api/v3/services' : '/api/services';
    return judgeJaeger(await upstream.getJson(path, NO_PARAMS, signal), url, json);
  }
  const server = `Spanhouse ${(await askAbout(upstream, signal)).version}`.trim();
  const { tenant, db, table } = json;
  if (isSet(tenant) && isSet(db) && isSet(table)) {
    const params = new URLSearchParams({ tenant, db });
    const spaces = parseSpaces(await upstream.getJson('/api/v1/spaces', params, signal));
    const found = spaces.find((space) => space.table === table);
    return judgeSpace(server, `tenant ${tenant}, db ${db}, table ${table}`, found, spaces);
  }
  const { services = [] } = (await upstream.getJson('/api/v1/services', NO_PARAMS, signal)) as Named;
  return judgeServices(server, presentPart(json), services.length);
}

interface Named {
  readonly services?: readonly unknown[];
  readonly data?: readonly unknown[] | null;
}

function judgeSpace(
  server: string,
  where: string,
  found: KnownSpace | undefined,
  others: readonly KnownSpace[],
): Verdict {
  if (found === undefined) {
    const tables = others.map(({ table }) => `"${table}"`).slice(0, 10);
    const beside = tables.length === 0 ? '' : ` This tenant and db have ${tables.join(', ')}.`;
    return {
      ok: false,
      message: `${server}: ${where}: there are no spans yet, or one of the names is wrong.`,
      verbose: `The server answers, and knows no such space.${beside} A space begins with its first span.`,
    };
  }
  const spans = found.spanCount === 1 ? '1 span' : `${found.spanCount.toLocaleString('en-US')} spans`;
  return {
    ok: found.spanCount > 0,
    message: `${server}: ${where}: ${spans}`,
    verbose: `Spans began between ${found.firstStart} and ${found.lastStart}.`,
  };
}

function judgeServices(server: string, where: string, count: number): Verdict {
  if (count === 0) {
    return {
      ok: false,
      message: `${server}: ${where}: there are no spans yet, or one of the names is wrong.`,
      verbose: 'The server answers, and has no services there. A space begins with its first span.',
    };
  }
  return { ok: true, message: `${server}: ${where}: ${presentCount(count)}`, verbose: '' };
}

function judgeJaeger(answer: unknown, url: URL, json: InstanceSettings['json']): Verdict {
  const { services, data } = answer as Named;
  const count = (services ?? data ?? []).length;
  const names = isSet(json.tenant) ? ' Tenant, db and table are sent as headers, which Jaeger ignores.' : '';
  if (count === 0) {
    return {
      ok: true,
      message: 'Jaeger works, and has no services yet.',
      verbose: `${url.origin} answers to Jaeger's API.${names}`,
    };
  }
  return {
    ok: true,
    message: `Jaeger works: ${presentCount(count)}`,
    verbose: `${url.origin} answers to Jaeger's API, without what only Spanhouse has.${names}`,
  };
}

function presentPart({ tenant, db, table }: InstanceSettings['json']): string {
  const named = Object.entries({ tenant, db, table }).flatMap(([part, name]) =>
    isSet(name) ? [`${part} ${name}`] : [],
  );
  return named.length === 0
    ? "the server's default tenant, db and table"
    : `${named.join(', ')}, the rest the server's default`;
}

function presentCount(services: number): string {
  return services === 1 ? '1 service' : `${services.toLocaleString('en-US')} services`;
}

function isSet(name: string | undefined): name is string {
  return name !== undefined && name.trim() !== '';
}

function capitalised(sentence: string): string {
  return sentence.startsWith('http') ? sentence : sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
