import { LENGTH, type ProtobufReader } from '../../wire/protobuf-reader.ts';
import { type ProtobufTagReader, tagOf } from './decode-protobuf-tag.ts';
import type { SpanDraft } from './span-draft.ts';

const SERVICE = tagOf(1, LENGTH);
const TAG = tagOf(2, LENGTH);

/** Reads processes of jaeger.api_v2, each when its first span is there. */
export class ProtobufProcessReader {
  /** Of all processes that were read, those that were read again too. */
  bytesRead = 0;
  readonly #reader: ProtobufReader;
  readonly #draft: SpanDraft;
  readonly #tags: ProtobufTagReader;
  readonly #maxBytes: number;
  #isOpen = false;
  #from = 0;
  #to = 0;

  /** A process of more than `maxBytes` is refused with its spans. */
  constructor(reader: ProtobufReader, draft: SpanDraft, tags: ProtobufTagReader, maxBytes: number) {
    this.#reader = reader;
    this.#draft = draft;
    this.#tags = tags;
    this.#maxBytes = maxBytes;
  }

  /** Makes what stands in that range of the body the process of the spans to come, unless it is already. */
  open(from: number, to: number): void {
    if (this.#isOpen && this.#repeats(from, to)) return;
    this.#isOpen = true;
    this.bytesRead += to - from;
    this.#from = from;
    this.#to = to;
    const { process } = this.#draft;
    process.open();
    if (to - from > this.#maxBytes) process.refuseSize(to - from);
    else this.#read();
    this.#draft.closeProcess();
  }

  #repeats(from: number, to: number): boolean {
    if (from === this.#from && to === this.#to) return true;
    const { bytes } = this.#reader;
    return Buffer.compare(bytes.subarray(from, to), bytes.subarray(this.#from, this.#to)) === 0;
  }

  /** Its service first, wherever it stands. */
  #read(): void {
    const { process } = this.#draft;
    const reader = this.#reader;
    let from = 0;
    let to = 0;
    this.#fields(SERVICE, () => {
      reader.range();
      from = reader.from;
      to = reader.at;
    });
    process.setService(reader.bytes, from, to);
    this.#fields(TAG, () => {
      this.#tags.read(process);
    });
  }

  #fields(wanted: number, read: () => void): void {
    const reader = this.#reader;
    const { at, end } = reader;
    reader.at = this.#from;
    reader.end = this.#to;
    for (let field = reader.tag(); field !== 0; field = reader.tag()) {
      if (field === wanted) read();
      else reader.skip(field);
    }
    reader.at = at;
    reader.end = end;
  }
}
