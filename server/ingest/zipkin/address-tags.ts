import { Bytes } from '../../wire/bytes.ts';
import { FieldNames } from '../../wire/field-names.ts';
import { appendInt64 } from '../../wire/number-text.ts';
import type { AttributeSink } from '../attribute-sink.ts';
import { LETTER } from '../value-text.ts';
import type { EndpointDraft } from './endpoint-draft.ts';

/*
 * Names of today's stable conventions. OpenTelemetry's translation wrote `net.host.ip`, `net.peer.ip` and their ports until
 * it moved to these; what it lately calls `service.peer.name` goes on as `peer.service`, which every sender of ours writes.
 */
const PEER_SERVICE = Buffer.from('peer.service');
const PEER_ADDRESS = Buffer.from('network.peer.address');
const PEER_PORT = Buffer.from('network.peer.port');
const LOCAL_ADDRESS = Buffer.from('network.local.address');
const LOCAL_PORT = Buffer.from('network.local.port');
const KEYS = [PEER_SERVICE, PEER_ADDRESS, PEER_PORT, LOCAL_ADDRESS, LOCAL_PORT];
const NAMES = new FieldNames(KEYS.map((key) => [key.toString()]));
const FIRST_BYTES = { p: 0x70, n: 0x6e };

/** Tells the two endpoints of a span as attributes, but for those that are there already, as tags. */
export class AddressTags {
  readonly #sink: AttributeSink;
  /** A bit for each of the names. */
  #seen = 0;
  readonly #digits = new Bytes(16);

  constructor(sink: AttributeSink) {
    this.#sink = sink;
  }

  openSpan(): void {
    this.#seen = 0;
  }

  /** Takes note of a tag's key. */
  note(source: Uint8Array, from: number, to: number): void {
    const first = source[from];
    if (first !== FIRST_BYTES.p && first !== FIRST_BYTES.n) return;
    this.#seen |= 1 << NAMES.find(source, from, to);
  }

  /** The texts of both are ranges of the scratch buffer. */
  closeSpan({ data }: Bytes, local: EndpointDraft, remote: EndpointDraft): void {
    this.#putText(PEER_SERVICE, data, remote.serviceFrom, remote.serviceTo);
    this.#putText(PEER_ADDRESS, data, remote.addressFrom, remote.addressTo);
    this.#putPort(PEER_PORT, remote.port);
    this.#putText(LOCAL_ADDRESS, data, local.addressFrom, local.addressTo);
    this.#putPort(LOCAL_PORT, local.port);
  }

  #putText(key: Uint8Array, source: Uint8Array, from: number, to: number): void {
    if (from === to || this.#isSeen(key)) return;
    this.#sink.put(key, 0, key.length, LETTER.string, source, from, to);
  }

  #putPort(key: Uint8Array, port: number): void {
    if (port === 0 || this.#isSeen(key)) return;
    const digits = this.#digits;
    digits.length = 0;
    appendInt64(digits, port, 0);
    this.#sink.put(key, 0, key.length, LETTER.int, digits.data, 0, digits.length);
  }

  #isSeen(key: Uint8Array): boolean {
    return this.#seen > 1 && (this.#seen & (1 << NAMES.find(key, 0, key.length))) !== 0;
  }
}
