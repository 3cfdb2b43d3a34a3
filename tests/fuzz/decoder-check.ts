import { Fault } from '../../server/errors/fault.ts';
import type { Receipt } from '../../server/ingest/receipt.ts';
import type { SpanLimits } from '../../server/ingest/span-limits.ts';
import {
  type EncodedBatch,
  LIMITS,
  type TestBatch,
  createTestBatch,
  decodeRequest,
  encodeBatch,
} from '../support/corpus.ts';
import { BODY_KINDS, type BodyKind } from './body-kinds.ts';

/** Few fit in these, so that refusals of every kind are met. */
const TIGHT: SpanLimits = {
  spanBytes: 4096,
  attributes: 40,
  attributeBytes: 512,
  events: 8,
  links: 8,
  nesting: 6,
};
/** One body in so many is decoded under the limits that the server has, under which it may become much. */
const BODIES_PER_WIDE = 4;
const LISTS = { services: 20, operations: 200, attributeKeys: 200 };
/** No body is so long or so odd that it may take this. */
const MAX_DECODE_MS = 1000;
/** The machine may have had something else to do: only what is slow each time is slow. */
const SLOW_TIMES = 3;
/** Columns that a byte of a body may become, whatever it says; and those that a body may become however short it is. */
const MAX_BYTES_PER_BYTE = 100;
const MIN_COLUMN_BYTES = 20_000;
/** What stands around a body and must make no difference. */
const POISONS = [0xff, 0x22];
const POISON_BYTES = 64;
/** Encoding is dear: every so many refused bodies it is checked that nothing of one has stayed. */
const REFUSALS_PER_PROOF = 64;
/** Likewise what was decoded before must make no difference. */
const BODIES_PER_FRESH_BATCH = 16;

/** Blocks, and what is said to be in them. */
export interface CheckedBatch extends EncodedBatch {
  readonly rows: number;
  readonly fragments: number;
}

/** Checks every body of a kind under two sets of limits, most of them under the tighter one. */
export class DecoderCheck {
  readonly #tight: LimitedCheck;
  readonly #wide: LimitedCheck;
  #bodies = 0;

  constructor(kind: BodyKind) {
    this.#tight = new LimitedCheck(kind, TIGHT);
    this.#wide = new LimitedCheck(kind, LIMITS);
  }

  /** Bodies that were refused as a whole. */
  get refused(): number {
    return this.#tight.refused + this.#wide.refused;
  }

  /** Spans, events, links and lines that were refused alone. */
  get rejected(): number {
    return this.#tight.rejected + this.#wide.rejected;
  }

  get rows(): number {
    return this.#tight.rows + this.#wide.rows;
  }

  get fragments(): number {
    return this.#tight.fragments + this.#wide.fragments;
  }

  check(body: Buffer): void {
    const check = this.#bodies++ % BODIES_PER_WIDE === 0 ? this.#wide : this.#tight;
    check.check(body);
  }

  /** Under both. */
  checkTwice(body: Buffer): void {
    this.#tight.check(body);
    this.#wide.check(body);
  }

  /** The batches so far, which begin anew. */
  take(): readonly CheckedBatch[] {
    return [this.#tight.take(), this.#wide.take()];
  }
}

/**
 * Decodes every body twice, alone and between bytes that are none of its business, into two batches that must be the same
 * at all times. Throws an Error for whatever is not a clean refusal.
 */
class LimitedCheck {
  refused = 0;
  rejected = 0;
  fragments = 0;
  readonly #kind: BodyKind;
  readonly #limits: SpanLimits;
  readonly #batches: readonly TestBatch[];
  #bodies = 0;

  constructor(kind: BodyKind, limits: SpanLimits) {
    this.#kind = kind;
    this.#limits = limits;
    this.#batches = POISONS.map(() => this.#createBatch());
  }

  get rows(): number {
    return this.#first.spans.rows;
  }

  check(body: Buffer): void {
    const proves = this.refused % REFUSALS_PER_PROOF === 0;
    const before = proves ? this.#encode() : undefined;
    const { rows } = this;
    const { byteLength } = this.#first;
    const [first, second] = this.#batches.map((batch, index) => this.#decode(batch, POISONS[index]!, body));
    same('what the decoder says', JSON.stringify(first), JSON.stringify(second));
    same('rows', this.#batches[1]!.batch.spans.rows, this.rows);
    if (this.#bodies++ % BODIES_PER_FRESH_BATCH === 0) this.#checkAlone(body, first!, rows);
    const grown = this.#first.byteLength - byteLength;
    if (grown > MIN_COLUMN_BYTES + MAX_BYTES_PER_BYTE * body.length)
      throw new Error(`${body.length} bytes became ${grown} of columns`);
    if (typeof first === 'object') {
      checkReceipt(first, this.rows - rows);
      this.fragments += first.fragments;
      this.rejected += first.rejected;
      return;
    }
    this.refused++;
    if (before !== undefined) same('the batch before and after a refusal', before, this.#encode());
  }

  take(): CheckedBatch {
    const { rows, fragments } = this;
    const [first, second] = this.#batches.map((batch) => {
      const encoded = encodeBatch(batch);
      batch.batch.reset();
      return encoded;
    });
    same('blocks', hexOf(first!), hexOf(second!));
    this.fragments = 0;
    return { rows, fragments, ...first! };
  }

  get #first(): TestBatch['batch'] {
    return this.#batches[0]!.batch;
  }

  #createBatch(): TestBatch {
    return createTestBatch({ limits: this.#limits, lists: LISTS });
  }

  /** What the body says must not depend on those before it. */
  #checkAlone(body: Buffer, said: Receipt | string, rowsBefore: number): void {
    const fresh = this.#createBatch();
    same('what it says alone', JSON.stringify(said), JSON.stringify(this.#decode(fresh, 0, body)));
    same('whose spans they are', originsFrom(this.#first, rowsBefore), originsFrom(fresh.batch, 0));
  }

  /** The receipt, or the words of the refusal. */
  #decode(batch: TestBatch, poison: number, bytes: Buffer): Receipt | string {
    const around = Buffer.alloc(bytes.length + 2 * POISON_BYTES, poison);
    const body = around.subarray(POISON_BYTES, POISON_BYTES + bytes.length);
    body.set(bytes);
    const [said, ms] = this.#decodeTimed(batch, body);
    if (ms > MAX_DECODE_MS && this.#isSlow(body))
      throw new Error(`${ms.toFixed(0)} ms for ${bytes.length} bytes`);
    return said;
  }

  #isSlow(body: Buffer): boolean {
    return Array.from({ length: SLOW_TIMES }, () => this.#decodeTimed(this.#createBatch(), body)).every(
      ([, ms]) => ms > MAX_DECODE_MS,
    );
  }

  #decodeTimed(batch: TestBatch, body: Buffer): readonly [said: Receipt | string, ms: number] {
    const started = performance.now();
    let said: Receipt | string;
    try {
      said = decodeRequest(batch, body, BODY_KINDS[this.#kind].decode);
    } catch (thrown) {
      said = cleanRefusal(thrown, body.length);
    }
    return [said, performance.now() - started];
  }

  #encode(): string {
    return hexOf(encodeBatch(this.#batches[0]!));
  }
}

function checkReceipt(receipt: Receipt, rows: number): void {
  const { accepted, rejected, clamped, fragments, reasons, message } = receipt;
  same('rows of accepted spans', rows, accepted);
  const refusals = Object.values(reasons).reduce((sum, count) => sum + count, 0);
  same('refusals by reason', refusals, rejected);
  if (clamped > accepted) throw new Error(`${clamped} of ${accepted} spans were set right`);
  if (rejected > 0 && !message.includes(`${rejected} of ${rejected + accepted + fragments} `))
    throw new Error(`${rejected} refused, but the message is ${shown(message)}`);
}

/** The ids of resources and scopes by row. */
function originsFrom({ spans }: TestBatch['batch'], row: number): string {
  return [spans.resourceId, spans.scopeId]
    .map(({ words, length }) => words.subarray(2 * row, length).join(' '))
    .join(', ');
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
