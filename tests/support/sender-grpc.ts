import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';

export interface GrpcOutcome {
  /** 0 is success. */
  readonly code: number;
  readonly message: string;
  /** ExportTraceServiceResponse; empty unless it succeeded. */
  readonly response: Buffer;
  /** google.rpc.Status, as `grpc-status-details-bin` carries it; empty if there is none. */
  readonly details: Buffer;
}

const EXPORT = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
const DEADLINE_MS = 30_000;

/** Sends one ExportTraceServiceRequest over gRPC, as bytes. */
export async function exportByGrpc(
  address: string,
  body: Buffer,
  metadata: Readonly<Record<string, string>> = {},
): Promise<GrpcOutcome> {
  const client = new Client(address, credentials.createInsecure(), { 'grpc.enable_retries': 0 });
  const carried = new Metadata();
  for (const [name, value] of Object.entries(metadata)) carried.set(name, value);
  const same = (bytes: Buffer): Buffer => bytes;
  try {
    return await new Promise((resolve) => {
      const options = { deadline: Date.now() + DEADLINE_MS };
      client.makeUnaryRequest(EXPORT, same, same, body, carried, options, (error, response) => {
        resolve(error === null ? succeeded(response!) : failed(error));
      });
    });
  } finally {
    client.close();
  }
}

function succeeded(response: Buffer): GrpcOutcome {
  return { code: 0, message: '', response, details: Buffer.alloc(0) };
}

function failed({ code, details, metadata }: ServiceError): GrpcOutcome {
  const [status] = metadata.get('grpc-status-details-bin');
  const bytes = Buffer.isBuffer(status) ? status : Buffer.alloc(0);
  return { code, message: details, response: Buffer.alloc(0), details: bytes };
}
