import { FieldNames } from '../../wire/field-names.ts';
import { readHex } from '../../wire/hex.ts';
import type { LineReader } from '../../wire/line-protocol.ts';
import type { RefusalReason } from '../receipt.ts';
import { SPAN_ID_BYTES, TRACE_ID_BYTES } from '../span-ids.ts';
import { OWNER_BYTES } from './line-chains.ts';

const LONGEST_SHOWN = 40;

/** Tags and fields that tell whom a line belongs to, and what of. */
const MARKS = new FieldNames([
  ['trace_id'],
  ['span_id'],
  ['linked_trace_id'],
  ['linked_span_id'],
  ['event.name', 'name'],
  ['body', 'severity_number', 'severity_text', 'observed_time_unix_nano'],
]);
const MARK = { traceId: 1, spanId: 2, linkedTraceId: 3, linkedSpanId: 4, name: 5, record: 6 } as const;
/** By mark: where its bytes are written, and how many they are. */
const PLACES = [
  undefined,
  { name: 'trace_id', at: 0, bytes: TRACE_ID_BYTES },
  { name: 'span_id', at: TRACE_ID_BYTES, bytes: SPAN_ID_BYTES },
  { name: 'linked_trace_id', at: OWNER_BYTES, bytes: TRACE_ID_BYTES },
  { name: 'linked_span_id', at: OWNER_BYTES + TRACE_ID_BYTES, bytes: SPAN_ID_BYTES },
] as const;

/** What is wrong with the ids of a line. */
export interface IdProblem {
  readonly reason: RefusalReason;
  readonly text: string;
}

/** Looks at a line of `logs` or `span-links` for what must be known before its span is read. */
export class EventIds {
  /** The ids of its span as bytes, the trace's first; then those that a link points to. */
  readonly bytes = new Uint8Array(2 * OWNER_BYTES);
  #isNamed = false;
  #isRecord = false;
  /** By mark, where the ids stand in the line. */
  readonly #from = new Float64Array(PLACES.length);
  readonly #to = new Float64Array(PLACES.length);

  openLine(): void {
    this.#isNamed = this.#isRecord = false;
    this.#from.fill(0);
    this.#to.fill(0);
  }

  element(reader: LineReader): void {
    const mark = MARKS.find(reader.keySource, reader.keyFrom, reader.keyTo);
    if (mark === 0) return;
    if (mark === MARK.name) this.#isNamed = true;
    else if (mark === MARK.record) this.#isRecord = true;
    else {
      this.#from[mark] = reader.from;
      this.#to[mark] = reader.to;
    }
  }

  /** Whether the line is a log record, or what somebody else calls logs, and no event of a span. */
  get isLogRecord(): boolean {
    return this.#isRecord || (!this.#isNamed && !this.#says(MARK.traceId) && !this.#says(MARK.spanId));
  }

  /** Reads the ids of the line into `bytes`; undefined if they are good. `isLink`: those that it points to, too. */
  read(reader: LineReader, isLink: boolean): IdProblem | undefined {
    return (
      this.#id(reader, MARK.traceId) ??
      this.#id(reader, MARK.spanId) ??
      (isLink ? (this.#id(reader, MARK.linkedTraceId) ?? this.#id(reader, MARK.linkedSpanId)) : undefined)
    );
  }

  #says(mark: number): boolean {
    return this.#to[mark]! > this.#from[mark]!;
  }

  #id(reader: LineReader, mark: 1 | 2 | 3 | 4): IdProblem | undefined {
    const { name, at, bytes } = PLACES[mark];
    const from = this.#from[mark]!;
    const to = this.#to[mark]!;
    const isRead = readHex(reader.bytes, from, to, this.bytes, at, bytes);
    if (isRead && this.#isSet(at, bytes)) return undefined;
    const shown = Buffer.from(reader.bytes.subarray(from, Math.min(to, from + LONGEST_SHOWN)));
    const text = `${name} ${JSON.stringify(shown.toString('utf8'))} must be ${2 * bytes} hex digits, not all zero`;
    return { reason: bytes === TRACE_ID_BYTES ? 'trace-id' : 'span-id', text };
  }

  #isSet(at: number, bytes: number): boolean {
    for (let index = at; index < at + bytes; index++) if (this.bytes[index] !== 0) return true;
    return false;
  }
}
