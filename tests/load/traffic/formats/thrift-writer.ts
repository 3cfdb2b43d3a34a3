/** Writes values of one of Thrift's protocols. Fields come in the order of their numbers. */
export interface ThriftWriter {
  clear(): void;
  /** What was written, valid until the next write. */
  view(): Buffer;
  /** A struct that is no field: the whole body. */
  root(writeFields: () => void): void;
  /** A struct in a list. */
  element(writeFields: () => void): void;
  /** Elements of a list that were written before. */
  elements(written: Uint8Array): void;
  bool(field: number, value: boolean): void;
  i16(field: number, value: number): void;
  i32(field: number, value: number): void;
  i64(field: number, value: bigint): void;
  string(field: number, value: string): void;
  struct(field: number, writeFields: () => void): void;
  /** A list of structs. */
  list(field: number, size: number, writeElements: () => void): void;
}
