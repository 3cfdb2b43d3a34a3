import { Bytes } from '../../wire/bytes.ts';
import type { AttributeSink } from '../attribute-sink.ts';
import type { LevelSink } from '../level-sink.ts';
import { LETTER } from '../value-text.ts';

const EVENT = Buffer.from('event');

/** Takes the fields of a log: the first text called `event` is the name of the event, the others are its attributes. */
export class LogFields implements AttributeSink {
  /** Valid until the next log is opened. */
  readonly name = new Bytes(64);
  readonly #attributes: LevelSink;
  #isNamed = false;

  constructor(attributes: LevelSink) {
    this.#attributes = attributes;
  }

  open(): void {
    this.name.length = 0;
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
    } else this.#attributes.put(keySource, keyFrom, keyTo, letter, source, from, to);
  }

  refuseNesting(): void {
    this.#attributes.refuseNesting();
  }
}

function isEvent(source: Uint8Array, from: number, to: number): boolean {
  if (to - from !== EVENT.length) return false;
  for (let index = 0; index < EVENT.length; index++) if (source[from + index] !== EVENT[index]) return false;
  return true;
}
