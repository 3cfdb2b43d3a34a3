/** A piece of a column: its length says how far it is filled, and may be set back. */
export interface Part {
  length: number;
  readonly byteLength: number;
  /** Empties it; what grew unusually large is given back. */
  reset(): void;
}
