import { FieldNames } from '../../wire/field-names.ts';
import { describeMany } from '../span-limits.ts';
import { LETTER } from '../value-text.ts';
import type { EndpointDraft } from './endpoint-draft.ts';
import type { SpanDraft } from './span-draft.ts';
import { CORE, type V1Annotation, type V1Span, type V1Tag } from './v1-span.ts';

/** By number in OTLP. */
const KIND = { server: 2, client: 3, producer: 4, consumer: 5 };

/** Tags that say something else than a tag: the addresses of sides, and what part of the process it was. */
const MARKS = new FieldNames([['sa'], ['ca'], ['ma'], ['lc']]);
const MARK = { serverAddress: 1, clientAddress: 2, messageAddress: 3, localComponent: 4 };
/** OpenTelemetry's translation of the local component. */
const COMPONENT = Buffer.from('component');

/** One of those that tell a span: it has a part in it if any of the annotations `shownBy` is there. */
interface Side {
  readonly kind: number;
  readonly shownBy: readonly number[];
  readonly begin: number;
  readonly end: number;
  /** The tag that tells the address of the other side. */
  readonly address: number;
}

/** The side that starts a call first: timestamp and duration of the span are its own. */
const SIDES: readonly Side[] = [
  {
    kind: KIND.client,
    shownBy: [CORE.cs, CORE.cr],
    begin: CORE.cs,
    end: CORE.cr,
    address: MARK.serverAddress,
  },
  {
    kind: KIND.server,
    shownBy: [CORE.sr, CORE.ss],
    begin: CORE.sr,
    end: CORE.ss,
    address: MARK.clientAddress,
  },
  { kind: KIND.producer, shownBy: [CORE.ms], begin: CORE.ms, end: CORE.ws, address: MARK.messageAddress },
  { kind: KIND.consumer, shownBy: [CORE.mr], begin: CORE.wr, end: CORE.mr, address: MARK.messageAddress },
];

/**
 * Makes spans as we have them of one of Zipkin's first version: a span for each side that tells it, with the same id, as
 * Zipkin's own converter does. What only one of them says by its endpoint is its own, everything else the first one's.
 */
export class V1Writer {
  readonly #draft: SpanDraft;
  readonly #sides: Side[] = [];
  /** By number of `CORE`, the last of each; and of the marks. */
  #cores: (V1Annotation | undefined)[] = [];
  #marks: (V1Tag | undefined)[] = [];

  constructor(draft: SpanDraft) {
    this.#draft = draft;
  }

  write(span: V1Span): void {
    if (span.tooManyBytes > 0 || span.tooManyAnnotations || span.tooManyTags) {
      this.#refuse(span);
      return;
    }
    this.#sort(span);
    if (this.#sides.length === 0) this.#writeLocal(span);
    for (const [index, side] of this.#sides.entries()) this.#writeSide(span, side, index);
  }

  #refuse(span: V1Span): void {
    const { limits } = span;
    const { writer } = this.#draft;
    this.#open(span);
    if (span.tooManyBytes > 0) writer.refuseSize(span.tooManyBytes);
    if (span.tooManyTags) writer.refuse('too-many-attributes', () => describeMany('span', limits));
    const events = `has more than ${limits.events} events (SPANHOUSE_MAX_EVENTS)`;
    writer.refuse('too-many-events', () => events);
    this.#draft.close();
  }

  /** Finds who tells the span. */
  #sort(span: V1Span): void {
    this.#cores.fill(undefined);
    this.#marks.fill(undefined);
    this.#sides.length = 0;
    for (let index = 0; index < span.annotationCount; index++) {
      const annotation = span.annotation(index);
      if (annotation.core !== 0) this.#cores[annotation.core] = annotation;
    }
    for (let index = 0; index < span.tagCount; index++) {
      const tag = span.tag(index);
      const mark = markOf(span, tag);
      if (mark !== 0) this.#marks[mark] = tag;
    }
    for (const side of SIDES) {
      if (side.shownBy.some((core) => this.#cores[core] !== undefined)) this.#sides.push(side);
    }
  }

  /** No side: a span within a process. */
  #writeLocal(span: V1Span): void {
    const draft = this.#draft;
    const server = this.#marks[MARK.serverAddress]?.endpoint;
    const client = this.#marks[MARK.clientAddress]?.endpoint;
    this.#open(span);
    draft.timestamp.copy(span.timestamp);
    draft.duration.copy(span.duration);
    // Addresses alone also tell a call: seen from where both are known, or by the server that knows its client.
    const own = serviceEndpoint(span) ?? (server === undefined ? undefined : client);
    if (own !== undefined) draft.local.copy(own);
    const other = server ?? client;
    if (other !== undefined) draft.remote.copy(other);
    if (server === undefined && client !== undefined) draft.kind = KIND.server;
    this.#putContents(span, 0);
    draft.close();
  }

  #writeSide(span: V1Span, side: Side, index: number): void {
    const draft = this.#draft;
    const begin = this.#cores[side.begin];
    const end = this.#cores[side.end];
    const first = begin ?? end!;
    this.#open(span);
    draft.kind = side.kind;
    if (index === 0) {
      draft.timestamp.copy(span.timestamp.isZero && !span.timestamp.isNegative ? first.time : span.timestamp);
      draft.duration.copy(span.duration);
    } else draft.timestamp.copy(first.time);
    if (end !== undefined) draft.end.copy(end.time);
    const own = this.#endpointOf(side);
    draft.local.copy(own);
    const named = own.hasService || index > 0 ? undefined : serviceEndpoint(span);
    if (named !== undefined) draft.local.copyService(named);
    const other = this.#marks[side.address]?.endpoint;
    if (other !== undefined) draft.remote.copy(other);
    // Finagle's servers write their own name beside the address of the client.
    if (side.kind === KIND.server && draft.remote.hasServiceOf(draft.local)) draft.remote.dropService();
    this.#putContents(span, index);
    draft.close();
  }

  #open(span: V1Span): void {
    const draft = this.#draft;
    const { data } = span.scratch;
    if (span.idsAreHex) {
      draft.open();
      draft.setHexTraceId(data, span.traceIdFrom, span.traceIdTo);
      draft.setHexSpanId(data, span.spanIdFrom, span.spanIdTo);
      draft.setHexParentId(data, span.parentFrom, span.parentTo);
      draft.setName(data, span.nameFrom, span.nameTo);
    } else {
      draft.open(data);
      draft.writer.traceIdFrom = span.traceIdFrom;
      draft.writer.traceIdTo = span.traceIdTo;
      draft.writer.spanIdFrom = span.spanIdFrom;
      draft.writer.spanIdTo = span.spanIdTo;
      draft.writer.parentFrom = span.parentFrom;
      draft.writer.parentTo = span.parentTo;
      draft.writer.nameFrom = span.nameFrom;
      draft.writer.nameTo = span.nameTo;
    }
    draft.isDebug = span.isDebug;
  }

  /** Of all events and tags those that are the side's. */
  #putContents(span: V1Span, side: number): void {
    const draft = this.#draft;
    const { texts } = span;
    for (let index = 0; index < span.annotationCount; index++) {
      const { core, endpoint, time, valueFrom, valueTo } = span.annotation(index);
      if (this.#isEvent(core) && this.#sideOf(endpoint) === side)
        draft.putAnnotation(time, texts, valueFrom, valueTo);
    }
    for (let index = 0; index < span.tagCount; index++) {
      const tag = span.tag(index);
      if (this.#sideOf(tag.endpoint) === side) this.#putTag(span, tag);
    }
  }

  #putTag(span: V1Span, tag: V1Tag): void {
    const draft = this.#draft;
    const { texts } = span;
    const mark = markOf(span, tag);
    if (mark === 0) draft.putTag(texts, tag.keyFrom, tag.keyTo, tag.letter, tag.source, tag.from, tag.to);
    else if (mark === MARK.localComponent && tag.to > tag.from) {
      draft.putTag(COMPONENT, 0, COMPONENT.length, tag.letter, tag.source, tag.from, tag.to);
      if (!draft.local.hasService) draft.local.setService(tag.source, tag.from, tag.to);
    }
  }

  /** Of the wire's two annotations each means something only with the one at its other end. */
  #isEvent(core: number): boolean {
    if (core === CORE.ws) return this.#cores[CORE.ms] === undefined;
    if (core === CORE.wr) return this.#cores[CORE.mr] === undefined;
    return core === 0;
  }

  /** The number of the side that an endpoint belongs to. */
  #sideOf(endpoint: EndpointDraft): number {
    const sides = this.#sides;
    if (sides.length < 2 || !endpoint.hasService) return 0;
    return Math.max(
      0,
      sides.findIndex((side) => this.#endpointOf(side).hasServiceOf(endpoint)),
    );
  }

  #endpointOf(side: Side): EndpointDraft {
    const begin = this.#cores[side.begin]?.endpoint;
    const end = this.#cores[side.end]?.endpoint;
    return begin !== undefined && (begin.hasService || !end?.hasService) ? begin : end!;
  }
}

/** An endpoint that names the service, of the annotations first. */
function serviceEndpoint(span: V1Span): EndpointDraft | undefined {
  for (let index = 0; index < span.annotationCount; index++) {
    const { endpoint } = span.annotation(index);
    if (endpoint.hasService) return endpoint;
  }
  for (let index = 0; index < span.tagCount; index++) {
    const tag = span.tag(index);
    if (tag.endpoint.hasService && !isAddress(markOf(span, tag))) return tag.endpoint;
  }
  return undefined;
}

/** One of `MARK`; 0 for a tag that is one. Addresses are flags: the endpoint is what they say. */
function markOf({ texts }: V1Span, { keyFrom, keyTo, letter }: V1Tag): number {
  if (keyTo - keyFrom !== 2) return 0;
  const mark = MARKS.find(texts, keyFrom, keyTo);
  const wanted = isAddress(mark) ? LETTER.bool : LETTER.string;
  return letter === wanted ? mark : 0;
}

function isAddress(mark: number): boolean {
  return mark > 0 && mark !== MARK.localComponent;
}
