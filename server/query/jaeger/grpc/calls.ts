import { type sendUnaryData, type ServerUnaryCall, type ServerWritableStream } from '@grpc/grpc-js';
import { randomUUID } from 'node:crypto';
import { once, setMaxListeners } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Fault } from '../../../errors/fault.ts';
import { reportFault } from '../../../platform/fault-report.ts';
import { bytesMethod, type GrpcMethod, type GrpcService } from '../../../platform/grpc-service.ts';
import { type PresentedStatus, presentStatus } from '../../../platform/grpc-status.ts';
import type { Space } from '../../../space/space.ts';
import { spaceOfMetadata } from '../../../space/space-of-request.ts';
import type { Call } from '../../../store/trace-store.ts';
import type { JaegerOptions } from '../options.ts';
import { definitionOf, type ServiceName } from './interface/interfaces.ts';

/** In which space, and for how long. */
export interface Asked {
  readonly space: Space;
  readonly call: Call;
}

/** What a method does, given its request as the library reads it. */
export type Answer =
  | { readonly unary: (request: never, asked: Asked) => Promise<object> | object }
  /** Gives messages that are encoded already. */
  | { readonly streaming: (request: never, asked: Asked) => AsyncIterable<Buffer> };

type MethodDefinition = ReturnType<typeof definitionOf>[string];
type AnyCall = ServerUnaryCall<Buffer, Buffer> | ServerWritableStream<Buffer, Buffer>;

/** A service of its methods' answers: requests are read, and faults told, in one way for all of them. */
export function createService(
  name: ServiceName,
  answers: Readonly<Record<string, Answer>>,
  options: JaegerOptions,
): GrpcService {
  const methods = Object.entries(definitionOf(name)).map(([method, definition]) => {
    const answer = answers[method]!;
    const handle =
      'unary' in answer
        ? handleUnary(definition, answer.unary, options)
        : handleStreaming(definition, answer.streaming, options);
    const { responseStream } = definition;
    return [method, { ...bytesMethod(definition.path), responseStream, handle }] as const;
  });
  return { name, methods: Object.fromEntries(methods) };
}

/** Encodes the messages of a streaming method that are not encoded by hand. */
export function encoderOf(name: ServiceName, method: string): (message: object) => Buffer {
  return definitionOf(name)[method]!.responseSerialize as (message: object) => Buffer;
}

function handleUnary(
  definition: MethodDefinition,
  answer: (request: never, asked: Asked) => Promise<object> | object,
  options: JaegerOptions,
): GrpcMethod['handle'] {
  const answerCall = async (call: ServerUnaryCall<Buffer, Buffer>): Promise<Buffer> => {
    const asked = askedOf(call, options);
    return definition.responseSerialize(await answer(decodeRequest(definition, call.request), asked));
  };
  return (call: ServerUnaryCall<Buffer, Buffer>, respond: sendUnaryData<Buffer>) => {
    answerCall(call).then(
      (message) => {
        respond(null, message);
      },
      (thrown: unknown) => {
        respond(statusOf(thrown, options));
      },
    );
  };
}

function handleStreaming(
  definition: MethodDefinition,
  answer: (request: never, asked: Asked) => AsyncIterable<Buffer>,
  options: JaegerOptions,
): GrpcMethod['handle'] {
  const answerCall = async (call: ServerWritableStream<Buffer, Buffer>): Promise<void> => {
    const asked = askedOf(call, options);
    await writeMessages(call, answer(decodeRequest(definition, call.request), asked), asked.gone);
  };
  return (call: ServerWritableStream<Buffer, Buffer>) => {
    answerCall(call).then(
      () => {
        call.end();
      },
      (thrown: unknown) => {
        call.emit('error', statusOf(thrown, options));
      },
    );
  };
}

/** As fast as the client takes them; between two messages others have their turn. */
async function writeMessages(
  call: ServerWritableStream<Buffer, Buffer>,
  messages: AsyncIterable<Buffer>,
  gone: AbortSignal,
): Promise<void> {
  for await (const message of messages) {
    gone.throwIfAborted();
    if (call.write(message)) await nextTurn();
    else await once(call, 'drain', { signal: gone });
  }
}

function askedOf(call: AnyCall, options: JaegerOptions): Asked & { readonly gone: AbortSignal } {
  const space = spaceOfMetadata(call.metadata, options.spaceDefaults);
  const controller = new AbortController();
  // A question is many statements, side by side, and each of them listens.
  setMaxListeners(0, controller.signal);
  const leave = (): void => {
    controller.abort();
  };
  // Also when the deadline of the client passes.
  call.once('cancelled', leave);
  if (call.cancelled) leave();
  const gone = controller.signal;
  return { space, call: { deadlineMs: performance.now() + options.timeoutMs, signal: gone }, gone };
}

function decodeRequest(definition: MethodDefinition, bytes: Buffer): never {
  try {
    return definition.requestDeserialize(bytes) as never;
  } catch (cause) {
    throw new Fault('invalid', 'the message is not valid protobuf for this method', { cause });
  }
}

function statusOf(thrown: unknown, { logger }: JaegerOptions): PresentedStatus {
  return presentStatus(reportFault(thrown, randomUUID(), logger));
}
