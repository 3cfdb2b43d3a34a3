export type Encoding = 'application/x-protobuf' | 'application/json';

export interface Posted {
  readonly status: number;
  readonly type: string | null;
  readonly retryAfterSeconds: number;
  readonly body: Buffer;
}

/** Posts one body to OTLP's path of a base URL: protobuf if it is bytes, JSON if it is text. */
export async function post(
  url: string,
  body: Buffer | string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Posted> {
  const type = encodingOf(body);
  const response = await fetch(`${url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': type, ...headers },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    retryAfterSeconds: Number(response.headers.get('retry-after')),
    body: Buffer.from(await response.arrayBuffer()),
  };
}

export function encodingOf(body: Buffer | string): Encoding {
  return typeof body === 'string' ? 'application/json' : 'application/x-protobuf';
}
