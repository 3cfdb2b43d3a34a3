/** What takes attributes as their reader finds them: key bytes, the type letter's character code, the value's text bytes. */
export interface AttributeSink {
  /** Takes no more, because what the attributes belong to is refused: the rest need only be passed over. */
  readonly closed: boolean;

  put(
    keySource: Uint8Array,
    keyFrom: number,
    keyTo: number,
    letter: number,
    source: Uint8Array,
    from: number,
    to: number,
  ): void;

  /** The value was nested deeper than the limit and is not there. */
  refuseNesting(): void;
}
