import { Client, credentials, Metadata, status } from '@grpc/grpc-js';
import { encodePostSpans } from '../../support/jaeger-protobuf.ts';

export const POST_SPANS = '/jaeger.api_v2.CollectorService/PostSpans';

export interface CallOptions {
  readonly names?: Readonly<Record<string, string>>;
  readonly leaveAfterMs?: number;
}

export interface GrpcOutcome {
  readonly code: status;
  readonly details: string;
}

/** A unary call of a message as it is on the wire; how it ended. */
export async function callGrpc(
  address: string,
  path: string,
  body: Buffer,
  { names = {}, leaveAfterMs }: CallOptions = {},
): Promise<GrpcOutcome> {
  const client = new Client(address, credentials.createInsecure(), { 'grpc.enable_retries': 0 });
  const same = (bytes: Buffer): Buffer => bytes;
  const metadata = Metadata.fromHttp2Headers({ ...names });
  try {
    return await new Promise((resolve) => {
      const call = client.makeUnaryRequest(path, same, same, body, metadata, (error) => {
        resolve(error ?? { code: status.OK, details: '' });
      });
      if (leaveAfterMs !== undefined) {
        setTimeout(() => {
          call.cancel();
        }, leaveAfterMs);
      }
    });
  } finally {
    client.close();
  }
}

export function postSpansOf(id: number): Buffer {
  const startTime = String(Date.now() * 1000);
  const ids = { traceIdLow: String(id), traceIdHigh: '0', spanId: String(id) };
  const span = { ...ids, operationName: 'op', startTime, duration: '5' };
  return encodePostSpans({ process: { serviceName: 'svc' }, spans: [span] });
}
