import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RecordedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** The client went away before it was answered. */
  aborted: boolean;
}

/** A server behind a data source that does what a test says, and remembers what it was asked. */
export interface RecordingServer {
  readonly url: string;
  readonly requests: RecordedRequest[];
  readonly connections: () => number;
  answer: (request: IncomingMessage, response: ServerResponse) => void;
  close(): Promise<void>;
}

export async function openRecordingServer(answer: RecordingServer['answer']): Promise<RecordingServer> {
  let connections = 0;
  const requests: RecordedRequest[] = [];
  const server = createServer((request, response) => {
    const recorded: RecordedRequest = {
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      aborted: false,
    };
    requests.push(recorded);
    response.on('close', () => {
      recorded.aborted = !response.writableFinished;
    });
    recording.answer(request, response);
  });
  server.on('connection', () => {
    connections++;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const recording: RecordingServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    connections: () => connections,
    answer,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return recording;
}

/** Answers with JSON by path; what is not there is 404. */
export function jsonByPath(answers: Readonly<Record<string, unknown>>): RecordingServer['answer'] {
  return (request, response) => {
    const path = request.url!.split('?')[0]!;
    const known = Object.hasOwn(answers, path);
    response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(known ? answers[path] : { error: { message: `no ${path}` } }));
  };
}

/** As Jaeger's first generation answers: to what it does not know with its page. */
export const JAEGER: RecordingServer['answer'] = (request, response) => {
  const path = request.url!.split('?')[0]!;
  if (path === '/api/services') {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ data: ['cart', 'checkout'], total: 2, limit: 0, offset: 0, errors: null }));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/html' });
  response.end('<!doctype html><title>Jaeger UI</title>');
};
