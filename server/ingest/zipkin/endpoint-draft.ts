import type { Bytes } from '../../wire/bytes.ts';
import { appendAddress } from './address-text.ts';

const MAX_PORT = 0xffff;

/** One side of a call as it is being read. Its texts are ranges of the scratch buffer that it is given. */
export class EndpointDraft {
  serviceFrom = 0;
  serviceTo = 0;
  /** 0 for none. */
  port = 0;
  #ipv4From = 0;
  #ipv4To = 0;
  #ipv6From = 0;
  #ipv6To = 0;
  readonly #scratch: Bytes;

  constructor(scratch: Bytes) {
    this.#scratch = scratch;
  }

  clear(): void {
    this.serviceFrom = this.serviceTo = this.port = 0;
    this.#ipv4From = this.#ipv4To = this.#ipv6From = this.#ipv6To = 0;
  }

  get hasService(): boolean {
    return this.serviceTo > this.serviceFrom;
  }

  /** Whether it names the same service. */
  hasServiceOf(other: EndpointDraft): boolean {
    const { serviceFrom, serviceTo } = other;
    if (!this.hasService || this.serviceTo - this.serviceFrom !== serviceTo - serviceFrom) return false;
    const own = this.#scratch.data;
    return own.compare(other.#scratch.data, serviceFrom, serviceTo, this.serviceFrom, this.serviceTo) === 0;
  }

  /** Of two addresses the shorter kind counts, as in OpenTelemetry's translation. */
  get addressFrom(): number {
    return this.#ipv4To > this.#ipv4From ? this.#ipv4From : this.#ipv6From;
  }

  get addressTo(): number {
    return this.#ipv4To > this.#ipv4From ? this.#ipv4To : this.#ipv6To;
  }

  setService(source: Uint8Array, from: number, to: number): void {
    this.serviceFrom = this.#scratch.length;
    this.#scratch.copy(source, from, to);
    this.serviceTo = this.#scratch.length;
  }

  copyService(other: EndpointDraft): void {
    this.setService(other.#scratch.data, other.serviceFrom, other.serviceTo);
  }

  dropService(): void {
    this.serviceFrom = this.serviceTo = 0;
  }

  setIpv4Text(source: Uint8Array, from: number, to: number): void {
    this.#ipv4From = this.#scratch.length;
    this.#scratch.copy(source, from, to);
    this.#ipv4To = this.#scratch.length;
  }

  setIpv6Text(source: Uint8Array, from: number, to: number): void {
    this.#ipv6From = this.#scratch.length;
    this.#scratch.copy(source, from, to);
    this.#ipv6To = this.#scratch.length;
  }

  setIpv4(source: Uint8Array, from: number, to: number): void {
    this.#ipv4From = this.#scratch.length;
    appendAddress(this.#scratch, source, from, to);
    this.#ipv4To = this.#scratch.length;
  }

  setIpv6(source: Uint8Array, from: number, to: number): void {
    this.#ipv6From = this.#scratch.length;
    appendAddress(this.#scratch, source, from, to);
    this.#ipv6To = this.#scratch.length;
  }

  /** What cannot be a port is none. */
  setPort(port: number): void {
    this.port = Number.isInteger(port) && port > 0 && port <= MAX_PORT ? port : 0;
  }

  /** Takes over what another says, whose texts lie in a scratch buffer of its own. */
  copy(other: EndpointDraft): void {
    const { data } = other.#scratch;
    this.copyService(other);
    this.setIpv4Text(data, other.#ipv4From, other.#ipv4To);
    this.setIpv6Text(data, other.#ipv6From, other.#ipv6To);
    this.port = other.port;
  }
}
