import {
  type Metadata,
  type sendUnaryData,
  type ServerUnaryCall,
  type ServerWritableStream,
  status,
  type UntypedHandleCall,
} from '@grpc/grpc-js';
import { once, setMaxListeners } from 'node:events';
import type { PluginLog } from '../log.ts';
import { presentFailure } from '../present-failure.ts';
import type { Answer, AnswerInPieces, PluginCall, Send } from './plugin-handlers.ts';

/** Calls that are going on. */
export interface Calls {
  /** Ends them all, and every one that begins later. */
  abortAll(): void;
  /** Its end is told by `done`. */
  begin(call: CancellableCall): PluginCall & { readonly done: () => void };
}

interface CancellableCall {
  readonly metadata: Metadata;
  readonly cancelled: boolean;
  on(event: 'cancelled', listener: () => void): unknown;
}

export function createCalls(): Calls {
  const going = new Set<AbortController>();
  let over = false;
  return {
    abortAll() {
      over = true;
      for (const call of going) call.abort();
    },
    begin(call) {
      const controller = new AbortController();
      // One call may be fifty queries, each of which listens.
      setMaxListeners(0, controller.signal);
      going.add(controller);
      call.on('cancelled', () => {
        controller.abort();
      });
      if (over || call.cancelled) controller.abort();
      return {
        signal: controller.signal,
        trace: traceOf(call.metadata),
        done: () => {
          going.delete(controller);
        },
      };
    },
  };
}

const TRACE_HEADERS = ['traceparent', 'tracestate'];

function traceOf(metadata: Metadata): Record<string, string> {
  return Object.fromEntries(
    TRACE_HEADERS.flatMap((name) => {
      const [value] = metadata.get(name);
      return typeof value === 'string' && value !== '' ? [[name, value]] : [];
    }),
  );
}

interface Serving {
  readonly calls: Calls;
  readonly log: PluginLog;
}

/** A method with one answer. What it throws ends the call, and never the process. */
export function unaryMethod<Request, Response>(
  { calls, log }: Serving,
  handle: Answer<Request, Response>,
): UntypedHandleCall {
  return ((call: ServerUnaryCall<Request, Response>, respond: sendUnaryData<Response>) => {
    const begun = calls.begin(call);
    handle(call.request, begun)
      .then(
        (response) => {
          respond(null, response);
        },
        (thrown: unknown) => {
          respond(statusOf(thrown, begun.signal, log));
        },
      )
      .finally(begun.done);
  }) as UntypedHandleCall;
}

/** A method with a stream of answers, sent no faster than they are taken. */
export function streamingMethod<Request, Message>(
  { calls, log }: Serving,
  handle: AnswerInPieces<Request, Message>,
): UntypedHandleCall {
  return ((call: ServerWritableStream<Request, Message>) => {
    const begun = calls.begin(call);
    // Each query of a call may wait for its turn to send.
    call.setMaxListeners(0);
    const send: Send<Message> = async (message) => {
      begun.signal.throwIfAborted();
      if (!call.write(message)) await once(call, 'drain', { signal: begun.signal });
    };
    handle(call.request, begun, send)
      .then(
        () => {
          call.end();
        },
        (thrown: unknown) => {
          call.emit('error', statusOf(thrown, begun.signal, log));
        },
      )
      .finally(begun.done);
  }) as UntypedHandleCall;
}

function statusOf(
  thrown: unknown,
  signal: AbortSignal,
  log: PluginLog,
): { readonly code: number; readonly details: string } {
  if (signal.aborted) return { code: status.CANCELLED, details: 'the call was given up' };
  const { source, message } = presentFailure(thrown);
  if (source === 'downstream') return { code: status.ABORTED, details: message };
  log.error('a call failed by a mistake of ours', { error: thrown });
  return { code: status.INTERNAL, details: message };
}
