import type { Metadata, sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';
import { randomUUID } from 'node:crypto';
import { Fault } from '../../errors/fault.ts';
import { reportFault } from '../../platform/fault-report.ts';
import { guardReading } from '../../platform/grpc-guard.ts';
import { createGrpcServer, type GrpcServer } from '../../platform/grpc-server.ts';
import { bytesMethod, type GrpcService } from '../../platform/grpc-service.ts';
import { presentStatus } from '../../platform/grpc-status.ts';
import type { Receipt } from '../receipt.ts';
import { openRoom } from '../room.ts';
import { spaceOfMetadata } from '../../space/space-of-request.ts';
import { type OtlpEdge, startWatch, type Watch } from './edge.ts';
import { encodeReceipt } from './respond.ts';

const SERVICE = 'opentelemetry.proto.collector.trace.v1.TraceService';
const EXPORT_PATH = `/${SERVICE}/Export`;

/**
 * The library reads and unpacks a message before anybody can admit it, so the number that are read at a time bounds what
 * is held unadmitted: at most twice what is admitted, were all of the largest size. Never so few that senders far away,
 * who take long to send, keep each other waiting; more than a few dozen are of no use.
 */
const MIN_READERS = 4;
const MAX_READERS = 32;

function readersOf({ maxBodyBytes, maxInflightBytes }: OtlpEdge['limits']): number {
  return Math.max(MIN_READERS, Math.min(MAX_READERS, Math.floor((2 * maxInflightBytes) / maxBodyBytes)));
}

type ExportCall = ServerUnaryCall<Buffer, Buffer>;

/** OTLP/gRPC: the trace service, and the standard health service beside it. */
export function createOtlpGrpcServer(edge: OtlpEdge): GrpcServer {
  const { maxBodyBytes, bodyTimeoutMs } = edge.limits;
  const guard = guardReading({
    path: EXPORT_PATH,
    check: (metadata) => {
      checkMetadata(edge, metadata);
    },
    maxReaders: readersOf(edge.limits),
    readTimeoutMs: bodyTimeoutMs,
    maxMessageBytes: maxBodyBytes,
    report: (thrown) => {
      const fault = reportFault(thrown, randomUUID(), edge.logger);
      startWatch(edge, 'grpc').finish(fault.code);
      return fault;
    },
  });
  return createGrpcServer({
    services: [traceService(edge)],
    interceptors: [guard],
    maxMessageBytes: maxBodyBytes,
  });
}

/** Refuses a call that its metadata alone condemn, or for which there is no room at all. */
function checkMetadata(edge: OtlpEdge, metadata: Metadata): void {
  spaceOfMetadata(metadata, edge.spaceDefaults);
  const release = edge.intake.admit(0);
  release();
}

function traceService(edge: OtlpEdge): GrpcService {
  const handle = (call: ExportCall, respond: sendUnaryData<Buffer>): void => {
    void exportSpans(edge, call, respond);
  };
  return { name: SERVICE, methods: { Export: { ...bytesMethod(EXPORT_PATH), handle } } };
}

async function exportSpans(edge: OtlpEdge, call: ExportCall, respond: sendUnaryData<Buffer>): Promise<void> {
  const watch = startWatch(edge, 'grpc');
  try {
    const receipt = await receive(edge, call, watch);
    watch.finish('ok', receipt);
    respond(null, encodeReceipt(receipt));
  } catch (thrown) {
    const fault = reportFault(thrown, randomUUID(), edge.logger);
    watch.finish(fault.code);
    respond(presentStatus(fault));
  }
}

async function receive(edge: OtlpEdge, call: ExportCall, watch: Watch): Promise<Receipt> {
  watch.encoding = 'protobuf';
  watch.bodyBytes = call.request.length;
  const space = spaceOfMetadata(call.metadata, edge.spaceDefaults);
  const room = openRoom(edge.intake);
  try {
    room.grow(call.request.length);
    if (call.cancelled) throw new Fault('cancelled', 'the sender left before its spans were stored');
    return await edge.intake.accept(space, call.request, edge.decoders.protobuf);
  } finally {
    room.release();
  }
}
