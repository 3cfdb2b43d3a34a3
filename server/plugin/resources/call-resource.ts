import { Fault } from '../../errors/fault.ts';
import type { Instances } from '../instance/instances.ts';
import type { PluginLog } from '../log.ts';
import type { PluginMetrics } from '../plugin-metrics.ts';
import { presentFailure } from '../present-failure.ts';
import type { CallResourceRequest, CallResourceResponse } from '../protocol/messages.ts';
import type { PluginCall, Send } from '../protocol/plugin-handlers.ts';
import { jaegerPath, parseResourcePath } from './jaeger-path.ts';
import { proxyJaeger } from './jaeger-proxy.ts';
import type { Resource } from './resource.ts';
import { RESOURCES } from './resource-routes.ts';

/** Of headers that a host forwards in queries. */
const HOST_PREFIX = 'http_';

export interface CallResourceOptions {
  readonly instances: Instances;
  readonly metrics: PluginMetrics;
  readonly log: PluginLog;
}

/** What a browser, or a program that holds a token of Grafana's, asks below the data source's `resources/`. */
export async function callResource(
  options: CallResourceOptions,
  request: CallResourceRequest,
  call: PluginCall,
  send: Send<CallResourceResponse>,
): Promise<void> {
  const progress = { begun: false };
  const sendOn: typeof send = (message) => {
    progress.begun = true;
    return send(message);
  };
  try {
    const code = await answer(options, request, call, sendOn);
    options.metrics.resources.inc({ code });
  } catch (thrown) {
    const { status, message, source } = presentFailure(thrown);
    options.metrics.resources.inc({ code: status });
    if (source === 'plugin') options.log.error('a resource failed by a mistake of ours', { error: thrown });
    // Half an answer must not look like a whole one, so the call itself fails.
    if (progress.begun || call.signal.aborted) throw thrown;
    await sendJson(send, status, { message });
  }
}

async function answer(
  { instances }: CallResourceOptions,
  request: CallResourceRequest,
  { signal, trace }: PluginCall,
  send: Send<CallResourceResponse>,
): Promise<number> {
  const { parts, params } = parseResourcePath(request.path, request.url);
  const name = parts.join('/');
  const resource = Object.hasOwn(RESOURCES, name) ? RESOURCES[name] : undefined;
  const path = jaegerPath(parts);
  if (resource === undefined && path === undefined) {
    throw new Fault('not-found', `there is no resource ${JSON.stringify(name.slice(0, 200))}`);
  }
  const instance = instances.of(request.pluginContext);
  const upstream = instance.upstreamFor(plainHeaders(request.headers), trace);
  if (path !== undefined) {
    return proxyJaeger({ upstream, method: request.method, path, params, signal }, send);
  }
  const role = request.pluginContext?.user?.role ?? '';
  return answerJson(request.method, resource!, { params, upstream, instance, role, signal }, send);
}

async function answerJson(
  method: string,
  resource: Resource,
  request: Parameters<Resource>[0],
  send: Send<CallResourceResponse>,
): Promise<number> {
  if (method !== 'GET') throw new Fault('method-not-allowed', `${method} is not served here: only GET`);
  await sendJson(send, 200, await resource(request));
  return 200;
}

function sendJson(send: Send<CallResourceResponse>, code: number, value: unknown): Promise<void> {
  return send({
    code,
    headers: { 'Content-Type': { values: ['application/json'] } },
    body: Buffer.from(JSON.stringify(value)),
  });
}

/** As a browser sent them: what the host marks as its own elsewhere is here anybody's word. */
function plainHeaders(headers: CallResourceRequest['headers']): Record<string, string> {
  const plain = Object.entries(headers).filter(([name]) => !name.toLowerCase().startsWith(HOST_PREFIX));
  return Object.fromEntries(plain.map(([name, { values }]) => [name, values.join('; ')]));
}
