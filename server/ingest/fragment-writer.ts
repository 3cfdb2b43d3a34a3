import {
  idHigh,
  placeOf,
  presentEventVersion,
  presentLinkVersion,
  presentOwner,
} from '../columns/fragment.ts';
import type { AttributeSink } from './attribute-sink.ts';
import { FactDraft } from './fact-draft.ts';
import type { FactWriter } from './fact-writer.ts';
import type { ReceiptDraft } from './receipt.ts';
import { checkSpanId, checkTraceId, presentId } from './span-ids.ts';
import type { SpanLimits } from './span-limits.ts';
import type { LinkDraft } from './span-writer.ts';
import type { TimeBounds } from './time-bounds.ts';

const MAX_SHOWN_NAME = 60;

/** The span that a fragment belongs to, as ranges of the decoder's bytes. */
export interface FragmentIds {
  traceIdFrom: number;
  traceIdTo: number;
  spanIdFrom: number;
  spanIdTo: number;
}

/** What a fragment says beside its attributes. */
interface Words {
  readonly fact: 'event' | 'link';
  /** Of an event. */
  readonly name: string;
  /** Of a link. */
  readonly traceState: string;
  readonly droppedAttributes: number;
  /** From the ids of its span. */
  readonly version: (owner: string) => string;
}

/**
 * Events and links whose span came, or will come, with another request. They are facts of the catalog, and whoever reads
 * the span adds them to it (ADR 008). Attributes are put first, and belong to the event or link that is told next.
 */
export class FragmentWriter {
  readonly attributes: AttributeSink;
  readonly #draft: FactDraft;
  readonly #facts: FactWriter;
  readonly #limits: SpanLimits;
  readonly #bounds: TimeBounds;
  #receipt!: ReceiptDraft;

  constructor(facts: FactWriter, limits: SpanLimits, bounds: TimeBounds) {
    this.#draft = new FactDraft('fragment', limits);
    this.attributes = this.#draft;
    this.#facts = facts;
    this.#limits = limits;
    this.#bounds = bounds;
  }

  openRequest(receipt: ReceiptDraft): void {
    this.#receipt = receipt;
    this.#draft.open();
  }

  event(
    source: Uint8Array,
    ids: FragmentIds,
    timeLow: number,
    timeHigh: number,
    nameFrom: number,
    nameTo: number,
    dropped: number,
  ): void {
    const { verdict } = this.#draft;
    this.#bounds.check(timeLow, timeHigh, 'time_unix_nano', verdict.refuse.bind(verdict));
    this.#close(source, ids, {
      fact: 'event',
      name: textOf(source, nameFrom, nameTo),
      traceState: '',
      droppedAttributes: dropped,
      version: (owner) => presentEventVersion(owner, timeLow, timeHigh),
    });
  }

  link(source: Uint8Array, ids: FragmentIds, link: LinkDraft): void {
    const traceId = hexOf(source, link.traceIdFrom, link.traceIdTo);
    const spanId = hexOf(source, link.spanIdFrom, link.spanIdTo);
    this.#close(source, ids, {
      fact: 'link',
      name: '',
      traceState: textOf(source, link.stateFrom, link.stateTo),
      droppedAttributes: link.droppedAttributes,
      version: (owner) => presentLinkVersion(owner, link.flags, traceId, spanId),
    });
  }

  /** A fact of the batch, or a refusal in the receipt. */
  #close(source: Uint8Array, ids: FragmentIds, words: Words): void {
    const draft = this.#draft;
    this.#check(source, ids, words);
    const { reason, text } = draft.verdict;
    if (reason === undefined) {
      this.#write(source, ids, words);
      this.#receipt.fragments++;
    } else {
      this.#receipt.refuseFragment(reason, () => `${describe(source, ids, words)}: ${text}`);
    }
    draft.open();
  }

  #check(source: Uint8Array, ids: FragmentIds, { name, traceState }: Words): void {
    const draft = this.#draft;
    const { verdict } = draft;
    const refuse = verdict.refuse.bind(verdict);
    checkTraceId(source, ids.traceIdFrom, ids.traceIdTo, refuse);
    checkSpanId(source, ids.spanIdFrom, ids.spanIdTo, refuse);
    const bytes = draft.byteLength + Buffer.byteLength(name) + Buffer.byteLength(traceState);
    if (bytes > this.#limits.spanBytes) draft.refuseSize(bytes);
  }

  #write(source: Uint8Array, ids: FragmentIds, words: Words): void {
    const { fact, name } = words;
    const draft = this.#draft;
    draft.schemaUrl = words.traceState;
    draft.droppedAttributes = words.droppedAttributes;
    const traceId = hexOf(source, ids.traceIdFrom, ids.traceIdTo);
    const version = words.version(presentOwner(traceId, hexOf(source, ids.spanIdFrom, ids.spanIdTo)));
    const { low, high } = draft.id(fact, version, name);
    const place = placeOf(source.subarray(ids.traceIdFrom, ids.traceIdTo));
    this.#facts.fragment(fact, draft, { low, high: idHigh(place, high) }, { name, version });
  }
}

function describe(source: Uint8Array, ids: FragmentIds, { fact, name }: Words): string {
  const shown = fact === 'event' ? ` ${JSON.stringify(name.slice(0, MAX_SHOWN_NAME))}` : '';
  const span = presentId(source, ids.spanIdFrom, ids.spanIdTo);
  return `${fact}${shown} of span ${span} (trace ${presentId(source, ids.traceIdFrom, ids.traceIdTo)})`;
}

function textOf(source: Uint8Array, from: number, to: number): string {
  return from === to ? '' : Buffer.from(source.buffer, source.byteOffset + from, to - from).toString('utf8');
}

function hexOf(source: Uint8Array, from: number, to: number): string {
  return Buffer.from(source.buffer, source.byteOffset + from, to - from).toString('hex');
}
