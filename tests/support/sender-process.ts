import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { BatchMaker } from './otlp-request.ts';
import type { SenderOptions, SenderReport } from './sender.ts';

/** A program of its own: posts batches over several connections until told to stop, and notes what became of each. */

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A server that is being started again is asked this often. */
const RECONNECT_MS = 20;
const REFUSED: ReadonlySet<number> = new Set([429, 503]);
const UNEXPECTED_KEPT = 10;

class Sender {
  readonly #options: SenderOptions;
  readonly #maker: BatchMaker;
  readonly #acknowledged: number[] = [];
  readonly #refusals: Record<string, number> = {};
  readonly #unexpected: string[] = [];
  readonly #latenciesMs: number[] = [];
  #lastBatch = 0;
  #broken = 0;
  #stopping = false;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#maker = new BatchMaker(options.senderId, options.spansPerBatch);
  }

  async run(): Promise<void> {
    await Promise.all(Array.from({ length: this.#options.connections }, () => this.#useConnection()));
  }

  stop(): void {
    this.#stopping = true;
  }

  report(): SenderReport {
    return {
      acknowledged: [...this.#acknowledged],
      sent: this.#lastBatch,
      refusals: { ...this.#refusals },
      broken: this.#broken,
      unexpected: [...this.#unexpected],
      latenciesMs: [...this.#latenciesMs],
    };
  }

  async #useConnection(): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (!this.#stopping) {
      const batch = ++this.#lastBatch;
      await this.#deliver(agent, batch, this.#maker.make(batch));
      if (this.#options.pauseMs > 0) await sleep(this.#options.pauseMs);
    }
    agent.destroy();
  }

  /** Refused means not stored, so it is sent again; broken means nobody knows, so it is not. */
  async #deliver(agent: Agent, batch: number, body: Buffer): Promise<void> {
    do {
      const startMs = performance.now();
      const answer = await this.#post(agent, body).catch(() => undefined);
      if (answer === undefined) {
        this.#broken++;
        await sleep(RECONNECT_MS);
        return;
      }
      this.#latenciesMs.push(performance.now() - startMs);
      if (answer.status === 200 && answer.body.length === 0) {
        this.#acknowledged.push(batch);
        return;
      }
      this.#note(answer);
      await sleep(this.#options.retryMs);
    } while (!this.#stopping);
  }

  #note({ status, headers, body }: Answer): void {
    if (REFUSED.has(status) && headers['retry-after'] !== undefined) {
      this.#refusals[status] = (this.#refusals[status] ?? 0) + 1;
    } else if (this.#unexpected.length < UNEXPECTED_KEPT) {
      this.#unexpected.push(`${status} ${JSON.stringify(headers)} ${body.toString('latin1')}`);
    }
  }

  #post(agent: Agent, body: Buffer): Promise<Answer> {
    const { url, headers } = this.#options;
    return new Promise((resolve, reject) => {
      const outgoing = request(`${url}/v1/traces`, {
        agent,
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/x-protobuf', 'content-length': body.length },
      });
      outgoing.on('error', reject).on('response', (response) => {
        buffer(response).then((received) => {
          resolve({ status: response.statusCode!, headers: response.headers, body: received });
        }, reject);
      });
      outgoing.end(body);
    });
  }
}

process.once('message', (options: SenderOptions) => {
  const sender = new Sender(options);
  const done = sender.run();
  process.on('message', (message) => {
    if (message === 'report') {
      process.send!(sender.report());
      return;
    }
    sender.stop();
    void done.then(() => process.send!(sender.report(), () => process.exit()));
  });
});
// Whoever started it is gone.
process.once('disconnect', () => process.exit());
