import { Bytes } from '../../wire/bytes.ts';
import { FieldNames } from '../../wire/field-names.ts';
import type { AttributeSink } from '../attribute-sink.ts';
import type { LevelSink } from '../level-sink.ts';
import { LETTER } from '../value-text.ts';

const EVENT = Buffer.from('event');
/** Under the first name OpenTelemetry's exporters for JavaScript and Go tell it, under the second that for Python. */
const DROPPED = new FieldNames([['otel.event.dropped_attributes_count', 'otel.dropped_attributes_count']]);
/** Both names begin with it: nearly every key is told by this one look to be another. */
const FIRST_OF_DROPPED = 'o'.charCodeAt(0);
const COUNT = /^\d{1,10}$/;
const MAX_COUNT = 0xffff_ffff;

/**
 * Takes the fields of a log: the first text called `event` is the name of the event, a count of the attributes that its
 * sender dropped is that, the others are its attributes.
 */
export class LogFields implements AttributeSink {
  /** Valid until the next log is opened. */
  readonly name = new Bytes(64);
  droppedAttributes = 0;
  readonly #attributes: LevelSink;
  #isNamed = false;

  constructor(attributes: LevelSink) {
    this.#attributes = attributes;
  }

  open(): void {
    this.name.length = 0;
    this.droppedAttributes = 0;
    this.#isNamed = false;
  }

  get closed(): boolean {
    return this.#attributes.closed;
  }

  put(
    keySource: Uint8Array,
    keyFrom: number,
    keyTo: number,
    letter: number,
    source: Uint8Array,
    from: number,
    to: number,
  ): void {
    if (!this.#isNamed && letter === LETTER.string && isEvent(keySource, keyFrom, keyTo)) {
      this.#isNamed = true;
      this.name.copy(source, from, to);
    } else if (keySource[keyFrom] === FIRST_OF_DROPPED && DROPPED.find(keySource, keyFrom, keyTo) !== 0)
      this.#putDropped(keySource, keyFrom, keyTo, letter, source, from, to);
    else this.#attributes.put(keySource, keyFrom, keyTo, letter, source, from, to);
  }

  refuseNesting(): void {
    this.#attributes.refuseNesting();
  }

  /** What is no count stays an attribute. */
  #putDropped(
    keySource: Uint8Array,
    keyFrom: number,
    keyTo: number,
    letter: number,
    source: Uint8Array,
    from: number,
    to: number,
  ): void {
    const text = Buffer.from(source.buffer, source.byteOffset + from, to - from).toString('latin1');
    const count = COUNT.test(text) ? Number(text) : Infinity;
    if (count <= MAX_COUNT) this.droppedAttributes = count;
    else this.#attributes.put(keySource, keyFrom, keyTo, letter, source, from, to);
  }
}

function isEvent(source: Uint8Array, from: number, to: number): boolean {
  if (to - from !== EVENT.length) return false;
  for (let index = 0; index < EVENT.length; index++) if (source[from + index] !== EVENT[index]) return false;
  return true;
}
