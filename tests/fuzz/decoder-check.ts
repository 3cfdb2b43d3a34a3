import { Fault } from '../../server/errors/fault.ts';
import { decodeJson } from '../../server/ingest/otlp/decode-json.ts';
import { decodeProtobuf } from '../../server/ingest/otlp/decode-protobuf.ts';
import { type EncodedBatch, createTestBatch, decodeRequest, encodeBatch } from '../support/corpus.ts';
import type { FuzzBody } from './bodies.ts';

/** What every body must do: fit in its limits, so that refusals of every kind are met too. */
const LIMITS = { spanBytes: 2048, attributes: 40, attributeBytes: 512, events: 8, links: 8, nesting: 6 };
const LISTS = { services: 20, operations: 200, attributeKeys: 200 };
const DECODERS = { protobuf: decodeProtobuf, json: decodeJson };
/** No body is so long or so odd that it may take this. */
const MAX_DECODE_MS = 1000;
/** What stands around a body and must make no difference. */
const POISONS = [0xff, 0x22];
const POISON_BYTES = 64;
/** Encoding is dear: every so many refused bodies it is checked that nothing of one has stayed. */
const REFUSALS_PER_PROOF = 64;

export interface CheckedBatch extends EncodedBatch {
  readonly rows: number;
}

/**
 * Decodes every body twice, alone and between bytes that are none of its business, into two batches that must be the same
 * at all times. Throws an Error for whatever is not a clean refusal.
 */
export class DecoderCheck {
  refused = 0;
  readonly #batches = POISONS.map(() => createTestBatch({ limits: LIMITS, lists: LISTS }));

  get rows(): number {
    return this.#batches[0]!.batch.spans.rows;
  }

  check(body: FuzzBody): void {
    const proves = this.refused % REFUSALS_PER_PROOF === 0;
    const before = proves ? this.#encode() : undefined;
    const rowsBefore = this.rows;
    const [first, second] = this.#batches.map((_, index) => this.#decode(index, body));
    same('what the decoder says', first, second);
    same('rows', this.#batches[1]!.batch.spans.rows, this.rows);
    if (typeof first === 'number') {
      same('rows of accepted spans', this.rows - rowsBefore, first);
      return;
    }
    this.refused++;
    if (before !== undefined) same('the batch before and after a refusal', before, this.#encode());
  }

  /** The batch so far, which begins anew. */
  take(): CheckedBatch {
    const { rows } = this;
    const [first, second] = this.#batches.map((batch) => {
      const encoded = encodeBatch(batch);
      batch.batch.reset();
      return encoded;
    });
    same('blocks', hexOf(first!), hexOf(second!));
    return { rows, ...first! };
  }

  /** How many spans were accepted, or the words of the refusal. */
  #decode(index: number, { kind, bytes }: FuzzBody): number | string {
    const around = Buffer.alloc(bytes.length + 2 * POISON_BYTES, POISONS[index]);
    const body = around.subarray(POISON_BYTES, POISON_BYTES + bytes.length);
    body.set(bytes);
    const started = performance.now();
    try {
      return decodeRequest(this.#batches[index]!, body, DECODERS[kind]).accepted;
    } catch (thrown) {
      return cleanRefusal(thrown, bytes.length);
    } finally {
      const ms = performance.now() - started;
      if (ms > MAX_DECODE_MS) throw new Error(`${ms.toFixed(0)} ms for ${bytes.length} bytes`);
    }
  }

  #encode(): string {
    return hexOf(encodeBatch(this.#batches[0]!));
  }
}

function cleanRefusal(thrown: unknown, length: number): string {
  if (!(thrown instanceof Fault) || thrown.code !== 'invalid') throw thrown;
  const { offset = -1 } = thrown;
  if (!Number.isInteger(offset) || offset < 0 || offset > length) {
    throw new Error(`offset ${offset} in a body of ${length} bytes`, { cause: thrown });
  }
  return thrown.message;
}

function hexOf({ spans, catalog }: EncodedBatch): string {
  return `${spans.toString('hex')} ${catalog.toString('hex')}`;
}

function same(what: string, first: unknown, second: unknown): void {
  if (first !== second) throw new Error(`${what} differ: ${shown(first)} and ${shown(second)}`);
}

function shown(value: unknown): string {
  const text = String(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
