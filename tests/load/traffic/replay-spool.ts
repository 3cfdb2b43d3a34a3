import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection, openConnection } from './connection.ts';
import type { EncodedRequest } from './encode-traffic.ts';
import { PROTOCOLS } from './protocols.ts';
import type { ReplayOptions, ReplayReport } from './replay.ts';
import { readSpool } from './spool.ts';

const COME_BACK_MS = 100;

/** Sends the requests of a spool over kept connections, each until it is acknowledged. */
export async function replaySpool(options: ReplayOptions): Promise<ReplayReport> {
  return new Replay(options).run();
}

class Replay {
  readonly #options: ReplayOptions;
  readonly #requests: Iterator<EncodedRequest, void>;
  readonly #spansPerSecond: number;
  readonly #latenciesMs: number[] = [];
  #startMs = 0;
  #takenRequests = 0;
  #takenSpans = 0;
  #spans = 0;
  #refusals = 0;

  constructor(options: ReplayOptions) {
    const { transport } = PROTOCOLS[options.protocol];
    const fastest = transport.kind === 'udp' ? transport.spansPerSecond : Infinity;
    this.#options = options;
    this.#requests = readSpool(options.spool);
    this.#spansPerSecond = Math.min(fastest, options.spansPerSecond ?? Infinity);
  }

  async run(): Promise<ReplayReport> {
    const { address, protocol, connections } = this.#options;
    this.#startMs = performance.now();
    const work = Array.from({ length: connections }, () =>
      this.#use(openConnection(PROTOCOLS[protocol].transport, address)),
    );
    await Promise.all(work);
    return {
      spans: this.#spans,
      seconds: (performance.now() - this.#startMs) / 1000,
      refusals: this.#refusals,
      latenciesMs: this.#latenciesMs,
    };
  }

  async #use(connection: Connection): Promise<void> {
    for (let next = this.#requests.next(); next.done !== true; next = this.#requests.next()) {
      const { spans, body } = next.value;
      const tenant = this.#nextTenant();
      const dueMs = await this.#turn(spans);
      await this.#deliver(connection, body, tenant);
      this.#latenciesMs.push(performance.now() - dueMs);
      this.#spans += spans;
    }
    connection.close();
  }

  #nextTenant(): string | undefined {
    const { tenants } = this.#options;
    const request = this.#takenRequests++;
    return tenants === undefined ? undefined : tenants[request % tenants.length];
  }

  /** Waits until the pace allows so many more spans; resolves to when it did. */
  async #turn(spans: number): Promise<number> {
    if (this.#spansPerSecond === Infinity) return performance.now();
    const dueMs = this.#startMs + (this.#takenSpans / this.#spansPerSecond) * 1000;
    this.#takenSpans += spans;
    const waitMs = dueMs - performance.now();
    if (waitMs > 1) await sleep(waitMs);
    return dueMs;
  }

  async #deliver(connection: Connection, body: Buffer, tenant: string | undefined): Promise<void> {
    while ((await connection.send(body, tenant)) === 'come-back') {
      this.#refusals += 1;
      await sleep(COME_BACK_MS);
    }
  }
}
