/**
 * Columns of a result, as they lie in the block's bytes. Nothing is decoded before it is asked for, and a string of a
 * dictionary only once a block. Which accessors a column has follows from its type; asking for another is a mistake in
 * our code and throws.
 */
export abstract class NativeColumn {
  readonly length: number;

  constructor(length: number) {
    this.length = length;
  }

  /** Text of a string, or the name of an enum's value. */
  text(row: number): string {
    return this.#lacks('text', row);
  }

  number(row: number): number {
    return this.#lacks('number', row);
  }

  bigint(row: number): bigint {
    return this.#lacks('bigint', row);
  }

  /** A view of the value's bytes: valid as long as the block is. */
  bytes(row: number): Buffer {
    return this.#lacks('bytes', row);
  }

  hex(row: number): string {
    return this.bytes(row).toString('hex');
  }

  /** Where the elements of an array or a map begin. */
  from(row: number): number {
    return this.#lacks('from', row);
  }

  /** Where they end: the first that is not the row's any more. */
  to(row: number): number {
    return this.#lacks('to', row);
  }

  /** What the elements of an array are. */
  get elements(): NativeColumn {
    return this.#lacks('elements');
  }

  get keys(): NativeColumn {
    return this.#lacks('keys');
  }

  get values(): NativeColumn {
    return this.#lacks('values');
  }

  /** A part of a tuple, by its name or its place. */
  field(name: string): NativeColumn {
    return this.#lacks('field', name);
  }

  #lacks(accessor: string, what: number | string = ''): never {
    throw new TypeError(`a ${this.constructor.name} has no ${accessor} ${what}`);
  }
}

export type NumberReader = (bytes: Buffer, at: number) => number;
export type BigintReader = (bytes: Buffer, at: number) => bigint;

/** Integers and floats of up to 32 bits, doubles, dates. */
export class NumberColumn extends NativeColumn {
  readonly #data: Buffer;
  readonly #width: number;
  readonly #read: NumberReader;

  constructor(data: Buffer, width: number, read: NumberReader) {
    super(data.length / width);
    this.#data = data;
    this.#width = width;
    this.#read = read;
  }

  override number(row: number): number {
    return this.#read(this.#data, row * this.#width);
  }
}

/** 64-bit integers; as a number only where the caller knows that it fits. */
export class BigintColumn extends NativeColumn {
  readonly #data: Buffer;
  readonly #read: BigintReader;

  constructor(data: Buffer, read: BigintReader) {
    super(data.length / 8);
    this.#data = data;
    this.#read = read;
  }

  override bigint(row: number): bigint {
    return this.#read(this.#data, row * 8);
  }

  override number(row: number): number {
    return Number(this.bigint(row));
  }
}

export class EnumColumn extends NativeColumn {
  readonly #data: Buffer;
  readonly #names: ReadonlyMap<number, string>;

  constructor(data: Buffer, names: ReadonlyMap<number, string>) {
    super(data.length);
    this.#data = data;
    this.#names = names;
  }

  override number(row: number): number {
    return this.#data.readInt8(row);
  }

  override text(row: number): string {
    return this.#names.get(this.number(row)) ?? '';
  }
}

export class FixedStringColumn extends NativeColumn {
  readonly #data: Buffer;
  readonly #width: number;

  constructor(data: Buffer, width: number) {
    super(data.length / width);
    this.#data = data;
    this.#width = width;
  }

  override bytes(row: number): Buffer {
    return this.#data.subarray(row * this.#width, (row + 1) * this.#width);
  }

  override hex(row: number): string {
    return this.#data.toString('hex', row * this.#width, (row + 1) * this.#width);
  }

  override text(row: number): string {
    return this.#data.toString('utf8', row * this.#width, (row + 1) * this.#width);
  }
}

export class StringColumn extends NativeColumn {
  readonly #data: Buffer;
  readonly #starts: Uint32Array;
  readonly #ends: Uint32Array;

  constructor(data: Buffer, starts: Uint32Array, ends: Uint32Array) {
    super(starts.length);
    this.#data = data;
    this.#starts = starts;
    this.#ends = ends;
  }

  override bytes(row: number): Buffer {
    return this.#data.subarray(this.#starts[row], this.#ends[row]);
  }

  override text(row: number): string {
    const start = this.#starts[row]!;
    const end = this.#ends[row]!;
    return start === end ? '' : this.#data.toString('utf8', start, end);
  }
}

/** LowCardinality: rows are places in a dictionary, whose strings are decoded once. */
export class DictionaryColumn extends NativeColumn {
  readonly #dictionary: NativeColumn;
  readonly #codes: Uint8Array | Uint16Array | Uint32Array;
  readonly #texts: (string | undefined)[] = [];

  constructor(dictionary: NativeColumn, codes: Uint8Array | Uint16Array | Uint32Array) {
    super(codes.length);
    this.#dictionary = dictionary;
    this.#codes = codes;
  }

  override text(row: number): string {
    const code = this.#codes[row]!;
    return (this.#texts[code] ??= this.#dictionary.text(code));
  }

  override bytes(row: number): Buffer {
    return this.#dictionary.bytes(this.#codes[row]!);
  }
}

/** Array and Map: rows are runs of elements. `ends` holds where each run ends; a Map's element is a tuple of key and value. */
export class ArrayColumn extends NativeColumn {
  readonly #ends: Float64Array;
  readonly #elements: NativeColumn;

  constructor(ends: Float64Array, elements: NativeColumn) {
    super(ends.length);
    this.#ends = ends;
    this.#elements = elements;
  }

  override from(row: number): number {
    return row === 0 ? 0 : this.#ends[row - 1]!;
  }

  override to(row: number): number {
    return this.#ends[row]!;
  }

  override get elements(): NativeColumn {
    return this.#elements;
  }

  override get keys(): NativeColumn {
    return this.#elements.field('keys');
  }

  override get values(): NativeColumn {
    return this.#elements.field('values');
  }
}

export class TupleColumn extends NativeColumn {
  readonly #fields: ReadonlyMap<string, NativeColumn>;

  constructor(length: number, fields: ReadonlyMap<string, NativeColumn>) {
    super(length);
    this.#fields = fields;
  }

  override field(name: string): NativeColumn {
    const field = this.#fields.get(name);
    if (field === undefined) throw new TypeError(`the tuple has no field ${name}`);
    return field;
  }
}
