import type { AttributeSink } from '../attribute-sink.ts';
import type { SpanOrigin } from '../span-origin.ts';
import { LETTER } from '../value-text.ts';

const SERVICE_NAME = Buffer.from('service.name');
/** What OpenTelemetry's exporters say for the service of a resource that names none. */
const NO_SERVICE = Buffer.from('OTLPResourceNoServiceName');

/** A process on its way into the resource that it is: its service first, then its tags. */
export class ProcessDraft implements AttributeSink {
  readonly #origin: SpanOrigin;
  #isNamed = false;

  constructor(origin: SpanOrigin) {
    this.#origin = origin;
  }

  open(): void {
    this.#isNamed = false;
    this.#origin.openResource();
  }

  close(): void {
    this.#origin.closeResource();
  }

  setService(source: Uint8Array, from: number, to: number): void {
    if (from === to || equals(source, from, to, NO_SERVICE)) return;
    this.#isNamed = true;
    this.#origin.resource.put(SERVICE_NAME, 0, SERVICE_NAME.length, LETTER.string, source, from, to);
  }

  get closed(): boolean {
    return this.#origin.resource.closed;
  }

  /** A tag does not name a service that has its name already. */
  put(
    keySource: Uint8Array,
    keyFrom: number,
    keyTo: number,
    letter: number,
    source: Uint8Array,
    from: number,
    to: number,
  ): void {
    if (this.#isNamed && equals(keySource, keyFrom, keyTo, SERVICE_NAME)) return;
    this.#origin.resource.put(keySource, keyFrom, keyTo, letter, source, from, to);
  }

  refuseNesting(): void {
    this.#origin.resource.refuseNesting();
  }

  refuseSize(bytes: number): void {
    this.#origin.resource.refuseSize(bytes);
  }
}

function equals(source: Uint8Array, from: number, to: number, text: Uint8Array): boolean {
  if (to - from !== text.length) return false;
  for (let index = 0; index < text.length; index++) if (source[from + index] !== text[index]) return false;
  return true;
}
