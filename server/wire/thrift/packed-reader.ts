import { Fault } from '../../errors/fault.ts';
import { THRIFT, type ThriftReader } from './thrift-reader.ts';

/** Values are passed over to this depth of structs, lists and maps within each other. */
export const MAX_DEPTH = 64;
/** Types are numbers below this. */
const TYPES = 16;

/** Fields of a struct that are passed over between two looks at the budget. */
const FIELDS_PER_PART = 32;

/** How a protocol packs values, by their types. */
export interface Packing {
  /** The protocol, as a refusal names it. */
  readonly name: string;
  /** Fewest bytes that a value has; 0 for types that do not exist. */
  readonly least: Readonly<Record<number, number>>;
  /** Bytes of a value whose type alone tells them. */
  readonly fixed: Readonly<Record<number, number>>;
}

/**
 * What the binary and the compact protocol have in common: no value says how long it is, so one that nobody asked for is
 * passed over part by part.
 */
export abstract class PackedReader implements ThriftReader {
  readonly bytes: Uint8Array;
  readonly source: Uint8Array;
  at = 0;
  field = 0;
  type: number = THRIFT.stop;
  elementType: number = THRIFT.stop;
  low = 0;
  high = 0;
  from = 0;
  to = 0;
  /** Of the map that was opened last. */
  protected keyType: number = THRIFT.stop;
  readonly #name: string;
  readonly #least = new Uint8Array(TYPES);
  readonly #fixed = new Uint8Array(TYPES);
  /** The structs, lists and maps that `skip` is in. */
  #depth = 0;
  readonly #containers = new Uint8Array(MAX_DEPTH);
  readonly #keyTypes = new Uint8Array(MAX_DEPTH);
  readonly #elementTypes = new Uint8Array(MAX_DEPTH);
  /** Values that a list or a map still has; of a map, keys count too. */
  readonly #left = new Float64Array(MAX_DEPTH);

  constructor(bytes: Uint8Array, { name, least, fixed }: Packing) {
    this.bytes = bytes;
    this.source = bytes;
    this.#name = name;
    for (const [type, size] of Object.entries(least)) this.#least[Number(type)] = size;
    for (const [type, size] of Object.entries(fixed)) this.#fixed[Number(type)] = size;
  }

  abstract openStruct(): void;
  abstract nextField(): boolean;
  abstract openList(): number;
  abstract bool(): boolean;
  abstract i16(): number;
  abstract i32(): number;
  abstract i64(): void;
  abstract double(): number;
  abstract string(): void;
  abstract openMessage(): number;
  /** Goes into a map, sets the types of its keys and values, and returns how many pairs it has. */
  protected abstract openMap(): number;

  /**
   * Passes quickly over at most so many fields of the struct that is open, as long as they are numbers and strings. Whatever
   * else there is, and whatever is wrong, is left to the general way.
   */
  protected abstract passPlainFields(most: number): void;

  closeList(): void {
    // Its elements end where they end.
  }

  byte(): number {
    const { at } = this;
    this.need(1, at);
    this.at = at + 1;
    return (this.bytes[at]! << 24) >> 24;
  }

  binary(): void {
    this.string();
  }

  skip(type: number, budgetBytes = Infinity): boolean {
    const until = this.at + budgetBytes;
    if (this.#depth === 0) this.#pass(type);
    while (this.#depth > 0) {
      if (this.at >= until) return false;
      this.#passPart();
    }
    return true;
  }

  fault(what: string, offset: number): Fault {
    return new Fault('invalid', `the body is not valid Thrift (${this.#name}): ${what} at byte ${offset}`, {
      offset,
    });
  }

  /** Refuses a value that began at `begin` and needs so many bytes more. */
  protected need(bytes: number, begin: number): void {
    const left = this.bytes.length - this.at;
    if (bytes > left) throw this.fault(`a value of ${bytes} bytes where ${left} are left`, begin);
  }

  /** Refuses more elements than the bytes that are left can hold. */
  protected needElements(count: number, type: number, begin: number): void {
    if (count === 0) return;
    const least = this.#least[type] ?? 0;
    if (least === 0) throw this.noType(type, begin);
    const left = this.bytes.length - this.at;
    if (count * least > left) throw this.fault(`${count} elements where ${left} bytes are left`, begin);
  }

  protected noType(type: number, offset: number): Fault {
    return this.fault(`a value of type ${type}, which does not exist`, offset);
  }

  #passPart(): void {
    const top = this.#depth - 1;
    if (this.#containers[top] === THRIFT.struct) {
      this.passPlainFields(FIELDS_PER_PART);
      if (this.nextField()) this.#pass(this.type);
      else this.#depth = top;
      return;
    }
    const left = this.#left[top]!;
    if (left === 0) this.#depth = top;
    else {
      this.#left[top] = left - 1;
      const isKey = this.#containers[top] === THRIFT.map && left % 2 === 0;
      this.#pass(isKey ? this.#keyTypes[top]! : this.#elementTypes[top]!);
    }
  }

  #pass(type: number): void {
    const size = this.#fixed[type] ?? 0;
    if (size > 0) {
      this.need(size, this.at);
      this.at += size;
      return;
    }
    switch (type) {
      case THRIFT.string:
        this.string();
        return;
      case THRIFT.bool:
        this.bool();
        return;
      case THRIFT.i16:
      case THRIFT.i32:
      case THRIFT.i64:
        this.i64();
        return;
      case THRIFT.struct:
        this.#passStruct();
        return;
      case THRIFT.list:
      case THRIFT.set:
      case THRIFT.map:
        this.#enter(type);
        return;
      default:
        throw this.noType(type, this.at);
    }
  }

  /** Nearly every struct holds nothing but numbers and strings, and is passed over without going in. */
  #passStruct(): void {
    this.openStruct();
    this.passPlainFields(FIELDS_PER_PART);
    if (!this.nextField()) return;
    this.#open(THRIFT.struct);
    this.#pass(this.type);
  }

  #enter(type: number): void {
    const depth = this.#open(type);
    if (type === THRIFT.map) {
      this.#left[depth] = 2 * this.openMap();
      this.#keyTypes[depth] = this.keyType;
      this.#elementTypes[depth] = this.elementType;
    } else {
      this.#left[depth] = this.openList();
      this.#elementTypes[depth] = this.elementType;
      this.#passFixed(depth);
    }
  }

  #open(type: number): number {
    const depth = this.#depth;
    if (depth === MAX_DEPTH) throw this.fault('values nested too deep', this.at);
    this.#containers[depth] = type;
    this.#depth = depth + 1;
    return depth;
  }

  /** Elements that all have the same size are passed over in one step; there are bytes enough for them. */
  #passFixed(depth: number): void {
    const size = this.#fixed[this.elementType] ?? 0;
    if (size === 0) return;
    this.at += this.#left[depth]! * size;
    this.#left[depth] = 0;
  }
}
