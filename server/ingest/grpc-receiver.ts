import type { Metadata, sendUnaryData, ServerInterceptor, ServerUnaryCall } from '@grpc/grpc-js';
import { randomUUID } from 'node:crypto';
import { Fault } from '../errors/fault.ts';
import { reportFault } from '../platform/fault-report.ts';
import { guardReading } from '../platform/grpc-guard.ts';
import { createGrpcServer, type GrpcServer } from '../platform/grpc-server.ts';
import { bytesMethod, type GrpcService } from '../platform/grpc-service.ts';
import { presentStatus } from '../platform/grpc-status.ts';
import { spaceOfMetadata } from '../space/space-of-request.ts';
import { type Edge, type EdgeLimits, type Format, startWatch, type Watch } from './edge.ts';
import type { Receipt } from './receipt.ts';
import { openRoom } from './room.ts';

/** A unary method that takes spans. */
export interface GrpcProtocol {
  /** Under which its calls are counted. */
  readonly name: string;
  /** With its package. */
  readonly service: string;
  readonly method: string;
  readonly format: Format;
  /** Throws a Fault where its senders should be told of what was refused. */
  readonly encodeReceipt: (receipt: Receipt) => Buffer;
}

/**
 * The library reads and unpacks a message before anybody can admit it, so the number that are read at a time bounds what
 * is held unadmitted: at most twice what is admitted, were all of the largest size. Never so few that senders far away,
 * who take long to send, keep each other waiting; more than a few dozen are of no use.
 */
const MIN_READERS = 4;
const MAX_READERS = 32;

/** A question is small and arrives at once: whoever takes longer only keeps others waiting. */
const OTHERS_TIMEOUT_MS = 2_000;

function readersOf({ maxBodyBytes, maxInflightBytes }: EdgeLimits): number {
  return Math.max(MIN_READERS, Math.min(MAX_READERS, Math.floor((2 * maxInflightBytes) / maxBodyBytes)));
}

type SpansCall = ServerUnaryCall<Buffer, Buffer>;

/** Takes spans by these protocols, with the standard health service and others beside them. */
export function createGrpcReceiver(
  edge: Edge,
  protocols: readonly GrpcProtocol[],
  others: readonly GrpcService[] = [],
): GrpcServer {
  return createGrpcServer({
    services: [...protocols.map((protocol) => serviceOf(edge, protocol)), ...others],
    interceptors: [
      ...protocols.map((protocol) => guardOf(edge, protocol)),
      ...others.flatMap(({ methods }) => Object.values(methods)).map(({ path }) => guardOfOther(edge, path)),
    ],
    maxMessageBytes: edge.limits.maxBodyBytes,
  });
}

function pathOf({ service, method }: GrpcProtocol): string {
  return `/${service}/${method}`;
}

function guardOf(edge: Edge, protocol: GrpcProtocol): ServerInterceptor {
  return guardReading({
    path: pathOf(protocol),
    check: (metadata) => {
      checkMetadata(edge, metadata);
    },
    maxReaders: readersOf(edge.limits),
    readTimeoutMs: edge.limits.bodyTimeoutMs,
    maxMessageBytes: edge.limits.maxBodyBytes,
    report: (thrown) => {
      const fault = reportFault(thrown, randomUUID(), edge.logger);
      startWatch(edge, protocol.name).finish(fault.code);
      return fault;
    },
  });
}

/** Nobody admits what others are asked, and at this port their messages may be as large as those with spans. */
function guardOfOther({ limits, logger }: Edge, path: string): ServerInterceptor {
  return guardReading({
    path,
    check: () => undefined,
    maxReaders: MIN_READERS,
    readTimeoutMs: OTHERS_TIMEOUT_MS,
    maxMessageBytes: limits.maxBodyBytes,
    report: (thrown) => reportFault(thrown, randomUUID(), logger),
  });
}

/** Refuses a call that its metadata alone condemn, or for which there is no room at all. */
function checkMetadata(edge: Edge, metadata: Metadata): void {
  spaceOfMetadata(metadata, edge.spaceDefaults, edge.portSpace);
  const release = edge.intake.admit(0);
  release();
}

function serviceOf(edge: Edge, protocol: GrpcProtocol): GrpcService {
  const handle = (call: SpansCall, respond: sendUnaryData<Buffer>): void => {
    void takeSpans(edge, protocol, call, respond);
  };
  const method = { ...bytesMethod(pathOf(protocol)), handle };
  return { name: protocol.service, methods: { [protocol.method]: method } };
}

async function takeSpans(
  edge: Edge,
  protocol: GrpcProtocol,
  call: SpansCall,
  respond: sendUnaryData<Buffer>,
): Promise<void> {
  const watch = startWatch(edge, protocol.name);
  try {
    const receipt = await receive(edge, protocol.format, call, watch);
    const answer = protocol.encodeReceipt(receipt);
    watch.finish('ok', receipt);
    respond(null, answer);
  } catch (thrown) {
    const fault = reportFault(thrown, randomUUID(), edge.logger);
    watch.finish(fault.code);
    respond(presentStatus(fault));
  }
}

async function receive(edge: Edge, format: Format, call: SpansCall, watch: Watch): Promise<Receipt> {
  watch.format = format.name;
  watch.bodyBytes = call.request.length;
  const space = spaceOfMetadata(call.metadata, edge.spaceDefaults, edge.portSpace);
  const room = openRoom(edge.intake);
  try {
    room.grow(call.request.length);
    if (call.cancelled) throw new Fault('cancelled', 'the sender left before its spans were stored');
    return await edge.intake.accept(space, call.request, format.decode);
  } finally {
    room.release();
  }
}
