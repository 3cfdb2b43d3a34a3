import { Agent, get, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';

const OK = 200;

/** One answer: when it began, when it was there whole, and what it held. */
export interface Answered {
  readonly firstByteMs: number;
  readonly wholeMs: number;
  readonly bytes: number;
}

/** Asks a server over one connection that is kept, one question after the other. */
export class HttpClient {
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  /** Paths are set behind this. */
  constructor(url: string) {
    this.#url = url;
  }

  /** Reads the answer and lets go of it, chunk by chunk: an answer other than 200 is a failure. */
  ask(
    path: string,
    headers: OutgoingHttpHeaders = {},
    take: (chunk: Buffer) => unknown = () => undefined,
  ): Promise<Answered> {
    const startMs = performance.now();
    return new Promise((resolve, reject) => {
      const options = { agent: this.#agent, headers };
      const onAnswer = (answer: IncomingMessage): void => {
        const heard: Buffer[] = [];
        let [bytes, firstByteMs] = [0, Number.NaN];
        answer.on('error', reject).on('data', (chunk: Buffer) => {
          if (bytes === 0) firstByteMs = performance.now() - startMs;
          bytes += chunk.length;
          if (answer.statusCode === OK) take(chunk);
          else heard.push(chunk);
        });
        answer.on('end', () => {
          if (answer.statusCode === OK) {
            resolve({ firstByteMs, wholeMs: performance.now() - startMs, bytes });
            return;
          }
          const said = Buffer.concat(heard).toString();
          reject(new Error(`${path} was answered with ${answer.statusCode}: ${said}`));
        });
      };
      get(`${this.#url}${path}`, options, onAnswer).on('error', reject);
    });
  }

  async json<T>(path: string): Promise<T> {
    const chunks: Buffer[] = [];
    await this.ask(path, {}, (chunk) => chunks.push(chunk));
    return JSON.parse(Buffer.concat(chunks).toString()) as T;
  }

  /** Ends the connection. */
  close(): void {
    this.#agent.destroy();
  }
}
