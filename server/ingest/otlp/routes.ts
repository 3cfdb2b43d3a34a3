import { type Request, type Response, Router } from 'express';
import { Fault } from '../../errors/fault.ts';
import { BodyPool } from '../../platform/body-pool.ts';
import { readBody } from '../../platform/http-body.ts';
import { reportFault } from '../../platform/fault-report.ts';
import { handleFaults } from '../../platform/http-faults.ts';
import { requestIdOf } from '../../platform/http-request.ts';
import { parseContentEncoding } from '../../wire/compression/content-encoding.ts';
import { createRefusalQueue, type RefusalQueue } from '../../platform/refusal-queue.ts';
import { unpack } from '../../wire/compression/unpack.ts';
import type { Receipt } from '../receipt.ts';
import { openRoom } from '../room.ts';
import { spaceOfRequest } from '../../space/space-of-request.ts';
import { encodingOfAnswer, parseContentType } from './content-type.ts';
import { type OtlpEdge, startWatch, type Watch } from './edge.ts';
import { type OtlpResponse, respondFault, respondReceipt } from './respond.ts';

export interface OtlpRoutesOptions extends OtlpEdge {
  /** Whether to answer at CnosDB's `/api/v1/traces` too; on the main port only. */
  readonly withCnosdbPath: boolean;
}

/** OTLP/HTTP: `POST /v1/traces`, with and without the space in the path. */
export function createOtlpRoutes(options: OtlpRoutesOptions): Router {
  const router = Router();
  const edge = { ...options, bodies: new BodyPool(), untilRefused: createRefusalQueue() };
  const paths = options.withCnosdbPath ? ['/v1/traces', '/api/v1/traces'] : ['/v1/traces'];
  router.all([...paths, ...paths.map((path) => `/t/:tenant/:db/:table${path}`)], (request, response) =>
    exportSpans(edge, request, response),
  );
  // What is thrown before a handler runs: a path that cannot be decoded.
  router.use(
    handleFaults(options.logger, (fault, request, response) => {
      startWatch(options, 'http').finish(fault.code);
      send(response, respondFault(fault, encodingOfAnswer(request.headers['content-type'])));
    }),
  );
  return router;
}

interface HttpEdge extends OtlpEdge {
  readonly bodies: BodyPool;
  readonly untilRefused: RefusalQueue;
}

async function exportSpans(edge: HttpEdge, request: Request, response: Response): Promise<void> {
  const watch = startWatch(edge, 'http');
  const requestId = requestIdOf(response);
  try {
    const receipt = await receive(edge, request, watch);
    watch.finish('ok', receipt);
    send(response, respondReceipt(receipt, watch.encoding!));
  } catch (thrown) {
    const fault = reportFault(thrown, requestId, edge.logger);
    watch.finish(fault.code);
    await edge.untilRefused(request);
    send(response, respondFault(fault, encodingOfAnswer(request.headers['content-type'])));
  }
}

/** In this order, so that nothing is read for a request that its head alone condemns. */
async function receive(edge: HttpEdge, request: Request, watch: Watch): Promise<Receipt> {
  requirePost(request);
  const carriers = { path: request.params, headers: request.headersDistinct };
  const space = spaceOfRequest(carriers, edge.spaceDefaults);
  watch.encoding = parseContentType(request.headers['content-type']);
  const codings = parseContentEncoding(request.headers['content-encoding']);

  const room = openRoom(edge.intake);
  let packed: Buffer | undefined;
  try {
    const { maxBodyBytes, bodyTimeoutMs } = edge.limits;
    packed = await readBody(request, {
      maxBytes: maxBodyBytes,
      timeoutMs: bodyTimeoutMs,
      reserve: room.grow,
      pool: edge.bodies,
    });
    const body = await unpack(packed, codings, maxBodyBytes);
    watch.bodyBytes = body.length;
    room.grow(body.length - packed.length);
    return await edge.intake.accept(space, body, edge.decoders[watch.encoding]);
  } finally {
    // Decoded or refused: either way nobody looks at it any more.
    if (packed !== undefined) edge.bodies.give(packed);
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

function send(response: Response, { status, headers, body }: OtlpResponse): void {
  if (response.destroyed) return;
  response.writeHead(status, { ...headers, 'content-length': body.length });
  response.end(body);
}
