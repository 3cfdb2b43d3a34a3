import { FieldNames } from '../../wire/field-names.ts';
import { ELEMENT, LINE, LineReader } from '../../wire/line-protocol.ts';
import { BYTES_PER_TURN, Pace } from '../../wire/pace.ts';
import type { AttributeSink } from '../attribute-sink.ts';
import type { Decode } from '../intake.ts';
import type { RefusalReason } from '../receipt.ts';
import { describeSize } from '../span-limits.ts';
import type { SpanWriter } from '../span-writer.ts';
import { AttributesText } from './attributes-text.ts';
import { describeLine, describeMeasurement } from './describe-line.ts';
import { EventIds } from './event-ids.ts';
import { EventLine } from './event-line.ts';
import { LineChains } from './line-chains.ts';
import { LineTime, type Precision } from './line-time.ts';
import { SpanLine } from './span-line.ts';

export type { Precision } from './line-time.ts';

/** EMQX's exporter names them after its table of spans. */
const MEASUREMENTS = new FieldNames([['spans'], ['logs', 'spans_logs'], ['span-links', 'spans_links']]);
const MEASUREMENT = { spans: 1, events: 2, links: 3 } as const;

/** Decodes spans from InfluxDB's line protocol; `precision` is that of the timestamps. */
export function decodeLines(precision: Precision): Decode {
  return function* (body, writer) {
    yield* new Decoder(body, writer, precision).request();
  };
}

/**
 * Reads the body twice, because events and links are lines of their own and stand anywhere: first every line is looked at,
 * refused or noted, then the spans are read, each with its events and links. What belongs to no span is handed on last.
 */
class Decoder {
  readonly #reader: LineReader;
  readonly #writer: SpanWriter;
  readonly #pace = new Pace();
  readonly #time: LineTime;
  readonly #ids = new EventIds();
  /** Where the spans begin. */
  readonly #spans: number[] = [];
  /** Bytes of those that are over the limit, by where they begin. */
  readonly #large = new Map<number, number>();
  readonly #events = new LineChains();
  readonly #links = new LineChains();
  readonly #span: SpanLine;
  readonly #event: EventLine;
  /** Of the line that is being looked at. */
  #measurement = 0;

  constructor(body: Uint8Array, writer: SpanWriter, precision: Precision) {
    const reader = new LineReader(body);
    const text = new AttributesText(writer.limits);
    this.#reader = reader;
    this.#writer = writer;
    this.#time = new LineTime(precision);
    this.#span = new SpanLine(reader, writer, this.#time, text);
    this.#event = new EventLine(reader, writer, text);
  }

  *request(): Generator<void, void> {
    yield* this.#noteLines();
    for (const offset of this.#spans) yield* this.#readSpan(offset);
    const { fragments } = this.#writer;
    yield* this.#readApart(this.#events, fragments.attributes, (line) => {
      this.#event.closeEventApart(this.#events.lows[line]!, this.#events.highs[line]!);
    });
    yield* this.#readApart(this.#links, fragments.attributes, () => {
      this.#event.closeLinkApart();
    });
  }

  *#noteLines(): Generator<void, void> {
    const reader = this.#reader;
    let from = 0;
    for (let found = reader.nextLine(); found !== LINE.end; found = reader.nextLine()) {
      if (found === LINE.line) {
        this.#measurement = MEASUREMENTS.find(reader.keySource, reader.keyFrom, reader.keyTo);
        this.#ids.openLine();
        while (!this.#passLine()) {
          if (this.#pace.isOver(reader.at - from)) yield;
          from = reader.at;
        }
      }
      if (this.#pace.isOver(reader.at - from)) yield;
      from = reader.at;
    }
  }

  /** Goes to the end of the line and notes it; false if there is more of it than for one turn. */
  #passLine(): boolean {
    const reader = this.#reader;
    const isOfSpan = this.#measurement > MEASUREMENT.spans;
    const until = reader.at + BYTES_PER_TURN;
    while (reader.at < until) {
      const found = reader.next(BYTES_PER_TURN);
      if (found === ELEMENT.end) {
        this.#noteLine();
        return true;
      }
      if (found === ELEMENT.bad) {
        const { problem } = reader;
        this.#refuse('line-unreadable', () => problem);
        reader.skipLine();
        return true;
      }
      if (isOfSpan && found !== ELEMENT.more) this.#ids.element(reader);
    }
    return false;
  }

  #noteLine(): void {
    const { lineFrom, at } = this.#reader;
    const bytes = at - lineFrom;
    if (this.#measurement === MEASUREMENT.spans) {
      this.#spans.push(lineFrom);
      if (bytes > this.#writer.limits.spanBytes) this.#large.set(lineFrom, bytes);
    } else if (this.#measurement === 0) {
      this.#refuse('not-a-span', () => describeMeasurement(this.#reader));
    } else if (this.#measurement === MEASUREMENT.events && this.#ids.isLogRecord) {
      this.#writer.passLogRecord();
    } else this.#noteOfSpan(bytes);
  }

  #noteOfSpan(bytes: number): void {
    const reader = this.#reader;
    const time = this.#time;
    const { limits } = this.#writer;
    const isLink = this.#measurement === MEASUREMENT.links;
    const problem = this.#ids.read(reader, isLink);
    if (problem !== undefined) {
      this.#refuse(problem.reason, () => problem.text);
    } else if (bytes > limits.spanBytes) {
      this.#refuse('span-too-large', () => describeSize(bytes, limits));
    } else if (isLink) {
      this.#links.add(this.#ids.bytes, reader.lineFrom, 0, 0);
    } else if (time.read(reader)) {
      this.#events.add(this.#ids.bytes, reader.lineFrom, time.low, time.high);
    } else this.#refuse('line-unreadable', () => time.describe(reader));
  }

  #refuse(reason: RefusalReason, describe: () => string): void {
    const { bytes, lineFrom } = this.#reader;
    this.#writer.refuseLine(reason, () => `${describeLine(bytes, lineFrom)}: ${describe()}`);
  }

  *#readSpan(offset: number): Generator<void, void> {
    const reader = this.#reader;
    const span = this.#span;
    this.#goTo(offset);
    const size = this.#large.get(offset);
    span.open();
    if (size === undefined) while (!span.goOn()) yield;
    else yield* this.#passLargeSpan(size);
    if (this.#pace.isOver(reader.at - offset)) yield;
    if (span.hasIds) yield* this.#readOfSpan();
    span.close();
  }

  /** A span over the limit: only what its refusal tells is read. */
  *#passLargeSpan(bytes: number): Generator<void, void> {
    const reader = this.#reader;
    const { attributeBytes } = this.#writer.limits;
    let from = reader.at;
    for (;;) {
      const found = reader.next(BYTES_PER_TURN);
      if (found === ELEMENT.end || found === ELEMENT.bad) break;
      if (found !== ELEMENT.more) this.#span.toldElement(attributeBytes);
      if (this.#pace.isOver(reader.at - from)) yield;
      from = reader.at;
    }
    this.#writer.refuseSize(bytes);
  }

  /** The open span's events and links; those of a span that is refused are nobody's. */
  *#readOfSpan(): Generator<void, void> {
    const writer = this.#writer;
    const { limits, closed } = writer;
    const { ids } = this.#span;
    const events = this.#events.take(ids, closed ? 0 : limits.events);
    const links = this.#links.take(ids, closed ? 0 : limits.links);
    yield* this.#readTaken(this.#events, events, writer.eventAttributes, (line) => {
      this.#event.closeEvent(this.#events.lows[line]!, this.#events.highs[line]!);
    });
    yield* this.#readTaken(this.#links, links, writer.linkAttributes, () => {
      this.#event.closeLink();
    });
  }

  /** Lines whose span is in another request. */
  *#readApart(lines: LineChains, sink: AttributeSink, close: (line: number) => void): Generator<void, void> {
    for (let owner = 1; owner < lines.owners; owner++) {
      yield* this.#readTaken(lines, lines.takeOf(owner, Infinity), sink, close);
    }
  }

  *#readTaken(
    lines: LineChains,
    count: number,
    sink: AttributeSink,
    close: (line: number) => void,
  ): Generator<void, void> {
    for (let index = 0; index < count && !sink.closed; index++) {
      const line = lines.order[index]!;
      const offset = lines.offsets[line]!;
      this.#goTo(offset);
      this.#event.open(sink);
      while (!this.#event.goOn()) yield;
      close(line);
      if (this.#pace.isOver(this.#reader.at - offset)) yield;
    }
  }

  /** To a line that was read before: behind its measurement. */
  #goTo(offset: number): void {
    this.#reader.at = offset;
    this.#reader.nextLine();
  }
}
