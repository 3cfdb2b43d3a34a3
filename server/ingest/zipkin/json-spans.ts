import type { FieldNames } from '../../wire/field-names.ts';
import type { JsonReader } from '../../wire/json-reader.ts';
import { BYTES_PER_TURN, Pace } from '../../wire/pace.ts';
import type { SpanLimits } from '../span-limits.ts';

/** Reads the spans of one version of Zipkin's JSON, field by field. */
export interface JsonSpan {
  readonly names: FieldNames;
  /** Fields by which a refusal names the span: ids and name. */
  readonly told: ReadonlySet<number>;
  open(): void;
  /** Reads or skips the value of the field. */
  read(field: number): void;
  /** The span's own text is over the limit: of its fields only those that are told were read. */
  refuseSize(bytes: number): void;
  close(): void;
}

/** A body is a list of spans, each of which is passed over before it is read: that tells its size. */
export function* readSpans(reader: JsonReader, span: JsonSpan, limits: SpanLimits): Generator<void, void> {
  const pace = new Pace();
  if (reader.openArray('the list of spans')) {
    for (let first = true; reader.nextElement(first); first = false) {
      reader.peek();
      const from = reader.at;
      if (!reader.skip(BYTES_PER_TURN)) yield* pass(reader, pace);
      const bytes = reader.at - from;
      reader.at = from;
      if (bytes > limits.spanBytes) yield* readLarge(reader, span, pace, bytes, limits);
      else readSpan(reader, span);
      if (pace.isOver(bytes)) yield;
    }
  }
  reader.end();
}

function readSpan(reader: JsonReader, span: JsonSpan): void {
  const { names } = span;
  if (!reader.openObject('span')) return;
  span.open();
  for (let first = true; reader.nextField(first); first = false) {
    span.read(names.find(reader.source, reader.from, reader.to));
  }
  span.close();
}

function* readLarge(
  reader: JsonReader,
  span: JsonSpan,
  pace: Pace,
  bytes: number,
  limits: SpanLimits,
): Generator<void, void> {
  reader.openObject('span');
  span.open();
  for (let first = true; reader.nextField(first); first = false) {
    const field = span.names.find(reader.source, reader.from, reader.to);
    const from = reader.at;
    yield* pass(reader, pace);
    if (!span.told.has(field) || reader.at - from > limits.attributeBytes) continue;
    reader.at = from;
    span.read(field);
  }
  span.refuseSize(bytes);
  span.close();
}

/** Passes over a value of any size, or the rest of it. */
function* pass(reader: JsonReader, pace: Pace): Generator<void, void> {
  let from = reader.at;
  while (!reader.skip(BYTES_PER_TURN)) {
    if (pace.isOver(reader.at - from)) yield;
    from = reader.at;
  }
  if (pace.isOver(reader.at - from)) yield;
}
