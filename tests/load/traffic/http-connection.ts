import { Agent, type OutgoingHttpHeaders, request } from 'node:http';
import type { Connection } from './connection.ts';

const COME_BACK: ReadonlySet<number> = new Set([429, 503]);

/** A keep-alive connection that posts bodies to a URL. */
export function openHttpConnection(url: string, contentType: string): Connection {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const post = (body: Buffer, headers: OutgoingHttpHeaders): Promise<number> =>
    new Promise((resolve, reject) => {
      const outgoing = request(url, { agent, method: 'POST', headers });
      outgoing.on('error', reject).on('response', (response) => {
        response
          .resume()
          .on('error', reject)
          .on('end', () => {
            resolve(response.statusCode!);
          });
      });
      outgoing.end(body);
    });
  return {
    send: async (body, tenant) => {
      const status = await post(body, {
        'content-type': contentType,
        'content-length': body.length,
        ...(tenant === undefined ? {} : { tenant }),
      });
      if (status >= 200 && status < 300) return 'taken';
      if (COME_BACK.has(status)) return 'come-back';
      throw new Error(`a request was answered with ${status}`);
    },
    close: () => {
      agent.destroy();
    },
  };
}
