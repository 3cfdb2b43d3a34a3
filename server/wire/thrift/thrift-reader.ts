import type { Fault } from '../../errors/fault.ts';

/** Types of Thrift's values, by the numbers that the binary protocol gives them. */
export const THRIFT = {
  stop: 0,
  bool: 2,
  byte: 3,
  double: 4,
  i16: 6,
  i32: 8,
  i64: 10,
  string: 11,
  struct: 12,
  map: 13,
  set: 14,
  list: 15,
} as const;

/** Kinds of messages: a call wants an answer, what is one way does not. */
export const MESSAGE = { call: 1, reply: 2, exception: 3, oneway: 4 } as const;

/**
 * Walks the bytes of one of Thrift's protocols in place, for decoders that know what they expect. Whatever is wrong, or
 * would end behind the body, throws a Fault `invalid` with its offset. A value of a type that nobody asked for is skipped
 * by its type, to a limited depth.
 */
export interface ThriftReader {
  /** The body: a range of it stays valid. */
  readonly bytes: Uint8Array;
  /** Where reading stands in the body. May be set back to where a value of the struct or list that is open began. */
  at: number;
  /** Of the field that `nextField` found, and its type. */
  readonly field: number;
  readonly type: number;
  /** Of the elements of the list or set that was opened last. */
  readonly elementType: number;
  /** Halves of the integer that `i64` read. */
  readonly low: number;
  readonly high: number;
  /** Range of the string or binary that was read last: valid until the next, unless `source` is the body. */
  readonly source: Uint8Array;
  readonly from: number;
  readonly to: number;

  openStruct(): void;
  /** Finds the next field of the open struct; false at its end, which also leaves it. */
  nextField(): boolean;
  /** Goes into a list or a set and returns how many elements it has: never more than there are bytes left. */
  openList(): number;
  /** Leaves the list, all of whose elements were read. */
  closeList(): void;
  bool(): boolean;
  /** Of 8, 16 or 32 bits, as their types say. */
  byte(): number;
  i16(): number;
  i32(): number;
  i64(): void;
  double(): number;
  string(): void;
  /** A string that holds bytes, which the JSON protocol writes differently. */
  binary(): void;
  /**
   * Passes over a value of the type. False when it stopped after about `budgetBytes`: call it again to go on, with the same
   * type.
   */
  skip(type: number, budgetBytes?: number): boolean;
  /**
   * Goes into a message, as datagrams have them, and returns its kind: its name is then the string that was read last. The
   * message's arguments are a struct, which `openStruct` goes into.
   */
  openMessage(): number;
  /** What is wrong with the body, at an offset. */
  fault(what: string, offset: number): Fault;
}
