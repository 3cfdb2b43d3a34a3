import { Agent, type OutgoingHttpHeaders, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EncodedRequest } from './encode-traffic.ts';
import type { ReplayOptions, ReplayReport } from './replay.ts';
import { readSpool } from './spool.ts';

/** A program of its own: posts the requests of a spool over keep-alive connections, each until it is acknowledged. */

const OK = 200;
const COME_BACK: ReadonlySet<number> = new Set([429, 503]);
const COME_BACK_MS = 100;

class Replay {
  readonly #options: ReplayOptions;
  readonly #requests: Iterator<EncodedRequest, void>;
  readonly #latenciesMs: number[] = [];
  #startMs = 0;
  #takenRequests = 0;
  #takenSpans = 0;
  #spans = 0;
  #refusals = 0;

  constructor(options: ReplayOptions) {
    this.#options = options;
    this.#requests = readSpool(options.spool);
  }

  async run(): Promise<ReplayReport> {
    this.#startMs = performance.now();
    await Promise.all(Array.from({ length: this.#options.connections }, () => this.#useConnection()));
    return {
      spans: this.#spans,
      seconds: (performance.now() - this.#startMs) / 1000,
      refusals: this.#refusals,
      latenciesMs: this.#latenciesMs,
    };
  }

  async #useConnection(): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let next = this.#requests.next(); next.done !== true; next = this.#requests.next()) {
      const { spans, body } = next.value;
      const headers = this.#headers(body);
      const dueMs = await this.#turn(spans);
      await this.#deliver(agent, headers, body);
      this.#latenciesMs.push(performance.now() - dueMs);
      this.#spans += spans;
    }
    agent.destroy();
  }

  #headers(body: Buffer): OutgoingHttpHeaders {
    const { tenants } = this.#options;
    const request = this.#takenRequests++;
    return {
      'content-type': 'application/x-protobuf',
      'content-length': body.length,
      ...(tenants === undefined ? {} : { tenant: `tenant-${request % tenants}` }),
    };
  }

  /** Waits until the pace allows so many more spans; resolves to when it did. */
  async #turn(spans: number): Promise<number> {
    const { spansPerSecond } = this.#options;
    if (spansPerSecond === undefined) return performance.now();
    const dueMs = this.#startMs + (this.#takenSpans / spansPerSecond) * 1000;
    this.#takenSpans += spans;
    const waitMs = dueMs - performance.now();
    if (waitMs > 1) await sleep(waitMs);
    return dueMs;
  }

  async #deliver(agent: Agent, headers: OutgoingHttpHeaders, body: Buffer): Promise<void> {
    for (;;) {
      const status = await this.#post(agent, headers, body);
      if (status === OK) return;
      if (!COME_BACK.has(status)) throw new Error(`a request was answered with ${status}`);
      this.#refusals += 1;
      await sleep(COME_BACK_MS);
    }
  }

  #post(agent: Agent, headers: OutgoingHttpHeaders, body: Buffer): Promise<number> {
    return new Promise((resolve, reject) => {
      const outgoing = request(`${this.#options.url}/v1/traces`, { agent, method: 'POST', headers });
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
  }
}

process.once('message', (options: ReplayOptions) => {
  new Replay(options)
    .run()
    .catch((thrown: unknown) => String(thrown))
    .then((report) => process.send!(report, () => process.exit()))
    .catch(() => process.exit(1));
});
// Whoever started it is gone.
process.once('disconnect', () => process.exit());
