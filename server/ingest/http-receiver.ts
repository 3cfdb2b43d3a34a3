import { type ErrorRequestHandler, type Request, type Response, Router } from 'express';
import { Fault } from '../errors/fault.ts';
import { BodyPool } from '../platform/body-pool.ts';
import { readBody } from '../platform/http-body.ts';
import { reportFault } from '../platform/fault-report.ts';
import { handleFaults } from '../platform/http-faults.ts';
import { requestIdOf } from '../platform/http-request.ts';
import { createRefusalQueue, type RefusalQueue } from '../platform/refusal-queue.ts';
import { type SpaceClaims, spaceOfRequest } from '../space/space-of-request.ts';
import { parseContentEncoding } from '../wire/compression/content-encoding.ts';
import { unpack } from '../wire/compression/unpack.ts';
import { type Edge, type Format, startWatch, type Watch } from './edge.ts';
import type { Receipt } from './receipt.ts';
import { openRoom } from './room.ts';

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What one protocol's bodies look like, and how it is answered. */
export interface HttpProtocol {
  /** Under which its requests are counted. */
  readonly name: string;
  /** Of the body, by the request's head. Throws Fault `unsupported-media`, or `invalid` for a parameter. */
  readonly formatOf: (request: Request) => Format;
  /** What the request says of its space beside headers and path. */
  readonly claimsOf?: (request: Request) => SpaceClaims;
  /** Throws a Fault where its senders should be told of what was refused by one. */
  readonly respondReceipt: (receipt: Receipt, request: Request) => HttpResponse;
  readonly respondFault: (fault: Fault, request: Request) => HttpResponse;
}

export interface ReceiverPaths {
  readonly paths: readonly string[];
  /** Whether requests of these paths that are no POST are for others to answer. */
  readonly isShared?: boolean;
}

/** Takes a protocol's spans at these paths, with and without the space in front. */
export function createHttpReceiver(
  edge: Edge,
  protocol: HttpProtocol,
  { paths, isShared = false }: ReceiverPaths,
): Router {
  const router = Router();
  const door: Door = { edge, protocol, bodies: new BodyPool(), untilRefused: createRefusalQueue() };
  const all = [...paths, ...paths.map((path) => `/t/:tenant/:db/:table${path}`)];
  const take = (request: Request, response: Response): Promise<void> => takeSpans(door, request, response);
  if (isShared) router.post(all, take);
  else router.all(all, take);
  // What is thrown before a handler runs: a path that cannot be decoded.
  const answerFault = handleFaults(edge.logger, (fault, request, response) => {
    startWatch(edge, protocol.name).finish(fault.code);
    send(response, protocol.respondFault(fault, request));
  });
  const refuse: ErrorRequestHandler = (thrown, request, response, next) => {
    // Those whom it is for find out for themselves, and answer in their own way.
    if (isShared && request.method !== 'POST') next();
    else answerFault(thrown, request, response, next);
  };
  router.use(refuse);
  return router;
}

interface Door {
  readonly edge: Edge;
  readonly protocol: HttpProtocol;
  readonly bodies: BodyPool;
  readonly untilRefused: RefusalQueue;
}

async function takeSpans(door: Door, request: Request, response: Response): Promise<void> {
  const { edge, protocol } = door;
  const watch = startWatch(edge, protocol.name);
  const requestId = requestIdOf(response);
  try {
    const receipt = await receive(door, request, watch);
    const answer = protocol.respondReceipt(receipt, request);
    watch.finish('ok', receipt);
    send(response, answer);
  } catch (thrown) {
    const fault = reportFault(thrown, requestId, edge.logger);
    watch.finish(fault.code);
    await door.untilRefused(request);
    send(response, protocol.respondFault(fault, request));
  }
}

/** In this order, so that nothing is read for a request that its head alone condemns. */
async function receive(door: Door, request: Request, watch: Watch): Promise<Receipt> {
  const { edge, protocol, bodies } = door;
  requirePost(request);
  const carriers = { path: request.params, headers: request.headersDistinct, port: edge.portSpace };
  const space = spaceOfRequest({ ...carriers, claims: protocol.claimsOf?.(request) }, edge.spaceDefaults);
  const format = protocol.formatOf(request);
  watch.format = format.name;
  const codings = parseContentEncoding(request.headers['content-encoding']);

  const room = openRoom(edge.intake);
  let packed: Buffer | undefined;
  try {
    const { maxBodyBytes, bodyTimeoutMs } = edge.limits;
    packed = await readBody(request, {
      maxBytes: maxBodyBytes,
      timeoutMs: bodyTimeoutMs,
      reserve: room.grow,
      pool: bodies,
    });
    const body = await unpack(packed, codings, maxBodyBytes);
    watch.bodyBytes = body.length;
    room.grow(body.length - packed.length);
    return await edge.intake.accept(space, body, format.decode);
  } finally {
    // Decoded or refused: either way nobody looks at it any more.
    if (packed !== undefined) bodies.give(packed);
    room.release();
  }
}

function requirePost(request: Request): void {
  if (request.method === 'POST') return;
  throw new Fault('method-not-allowed', `${request.method} is not taken here; send spans with POST`, {
    field: 'method',
    value: request.method,
  });
}

function send(response: Response, { status, headers, body }: HttpResponse): void {
  if (response.destroyed) return;
  response.writeHead(status, { ...headers, 'content-length': body.length });
  response.end(body);
}
