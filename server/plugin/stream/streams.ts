import { parseKept } from '../answer-queries.ts';
import type { Instances } from '../instance/instances.ts';
import {
  STREAM_STATUS,
  type StreamPacket,
  type StreamRequest,
  type StreamResponse,
} from '../protocol/messages.ts';
import type { PluginCall, Send } from '../protocol/plugin-handlers.ts';
import type { LoadQueryEngine } from '../query-engine.ts';
import { runTail } from './tail.ts';

export interface StreamsOptions {
  readonly instances: Instances;
  readonly loadEngine: LoadQueryEngine;
}

/** The browser makes the last part of the search, so that panels with the same one share a stream. */
const TAIL_PATH = /^search\/[A-Za-z0-9_.=-]{1,128}$/;
const NOTHING = Buffer.alloc(0);

/** Whether there is such a stream. Who may ask this data source may listen to it: the host has checked that. */
export function subscribeStream({ path }: StreamRequest): Promise<StreamResponse> {
  const status = TAIL_PATH.test(path) ? STREAM_STATUS.ok : STREAM_STATUS.notFound;
  return Promise.resolve({ status, data: NOTHING });
}

/** Nobody writes into our streams. */
export function publishStream(): Promise<StreamResponse> {
  return Promise.resolve({ status: STREAM_STATUS.permissionDenied, data: NOTHING });
}

/** New spans of a search as they come, until the last listener has gone. */
export async function runStream(
  { instances, loadEngine }: StreamsOptions,
  { pluginContext, data, headers }: StreamRequest,
  { signal, trace }: PluginCall,
  send: Send<StreamPacket>,
): Promise<void> {
  const kept = parseKept(data);
  const engine = await loadEngine();
  const instance = instances.of(pluginContext);
  const { uid, name, json } = instance.settings;
  const upstream = instance.upstreamFor(headers, trace);
  await runTail({
    kept,
    signal,
    emit: (frame) => send({ data: Buffer.from(engine.encodeJson(frame)) }),
    search: (asked) => engine.run(asked, { upstream, dataSource: { uid, name, json }, signal }),
  });
}
