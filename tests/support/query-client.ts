import { type ChannelCredentials, Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import type { QueryAddresses, UiRelease } from './query-server.ts';

/** What came back: over gRPC a status is its code, and the text is all messages as they are on the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly messages: readonly Buffer[];
  readonly tookMs: number;
}

export interface SpaceNames {
  readonly tenant: string;
  readonly db: string;
  readonly table: string;
}

/** How a request says which space it is about. */
export interface Naming {
  readonly prefix: string;
  /** Over gRPC they are metadata. */
  readonly headers: Readonly<Record<string, string>>;
}

type NameSpace = (space: SpaceNames) => Naming;

/** Every way in which a space can be named. A browser and Grafana can only use the path; gRPC has none. */
export const NAMINGS = {
  headers: ({ tenant, db, table }) => ({ prefix: '', headers: { tenant, db, table } }),
  'x-tenant': ({ tenant, db, table }) => ({ prefix: '', headers: { 'x-tenant': tenant, db, table } }),
  'X-Scope-OrgID': ({ tenant, db, table }) => ({
    prefix: '',
    headers: { 'X-Scope-OrgID': tenant, db, table },
  }),
  path: ({ tenant, db, table }) => ({ prefix: `/t/${tenant}/${db}/${table}`, headers: {} }),
} as const satisfies Record<string, NameSpace>;

export interface HttpRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface GrpcRequest {
  /** `/package.Service/Method`. */
  readonly path: string;
  readonly message: Buffer;
  /** The call is given up after so many messages. */
  readonly messages?: number;
}

const NO_HEADERS = new Headers();

/** One who asks the query server, always about the same space. */
export class QueryClient {
  readonly #addresses: QueryAddresses;
  readonly #naming: Naming;
  readonly #grpc: Client;

  constructor(addresses: QueryAddresses, naming: Naming) {
    this.#addresses = addresses;
    this.#naming = naming;
    const insecure: ChannelCredentials = credentials.createInsecure();
    this.#grpc = new Client(addresses.grpc, insecure);
  }

  http(path: string, request: HttpRequest = {}): Promise<Answer> {
    return this.#fetch(this.#addresses.http, path, request);
  }

  /** Of a server that hosts the UI. */
  page(path: string, release: UiRelease = '2.20'): Promise<Answer> {
    return this.#fetch(this.#addresses.hosting[release], path, {});
  }

  /** On the wire all kinds of calls are alike, but for how many messages come. */
  async grpc({ path, message, messages: most = Infinity }: GrpcRequest): Promise<Answer> {
    const began = performance.now();
    const call = this.#grpc.makeBidiStreamRequest(path, same, same, this.#metadata());
    // One that is given up fails when nobody looks any more.
    call.on('error', () => undefined);
    call.write(message);
    call.end();
    const messages: Buffer[] = [];
    let status = 0;
    try {
      for await (const answered of call) if (messages.push(answered as Buffer) >= most) break;
    } catch (thrown) {
      status = (thrown as ServiceError).code;
    }
    call.cancel();
    const text = Buffer.concat(messages).toString('latin1');
    return { status, headers: NO_HEADERS, text, messages, tookMs: performance.now() - began };
  }

  close(): void {
    this.#grpc.close();
  }

  async #fetch(base: string, path: string, { method = 'GET', headers, body }: HttpRequest): Promise<Answer> {
    const began = performance.now();
    const response = await fetch(base + this.#naming.prefix + path, {
      method,
      headers: { ...this.#naming.headers, ...headers },
      redirect: 'manual',
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    const tookMs = performance.now() - began;
    return { status: response.status, headers: response.headers, text, messages: [], tookMs };
  }

  #metadata(): Metadata {
    const metadata = new Metadata();
    for (const [name, value] of Object.entries(this.#naming.headers)) metadata.set(name, value);
    return metadata;
  }
}

function same(bytes: Buffer): Buffer {
  return bytes;
}
