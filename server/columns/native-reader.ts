import { Fault } from '../errors/fault.ts';
import {
  ArrayColumn,
  BigintColumn,
  DictionaryColumn,
  EnumColumn,
  FixedStringColumn,
  type NativeColumn,
  NumberColumn,
  type NumberReader,
  StringColumn,
  TupleColumn,
} from './native-column.ts';

/** Rows of a result as columns by name. */
export interface NativeBlock {
  readonly rows: number;
  /** The column of that name; throws if the statement did not ask for it. */
  column(name: string): NativeColumn;
}

/** The blocks of a whole result. Blocks without rows (a result's header) are left out. */
export function decodeNative(bytes: Uint8Array): NativeBlock[] {
  const reader = new NativeReader();
  return [...reader.push(bytes), ...reader.end()];
}

/** The blocks of a result that arrives in pieces, cut anywhere. */
export async function* decodeNativeStream(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<NativeBlock> {
  const reader = new NativeReader();
  for await (const chunk of chunks) yield* reader.push(chunk);
  yield* reader.end();
}

/** Thrown within this file when a block goes on in bytes that have not come yet. */
const INCOMPLETE = new RangeError('the block ends before its last value');

/** A block that did not fit is tried again when so much more has come: a large block in small pieces stays linear. */
const RETRY_GROWTH = 1.5;

/** Collects pieces and gives out the blocks that they complete. */
class NativeReader {
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #retryAtBytes = 0;

  push(chunk: Uint8Array): NativeBlock[] {
    this.#pending.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    this.#pendingBytes += chunk.byteLength;
    return this.#pendingBytes < this.#retryAtBytes ? [] : this.#decode();
  }

  end(): NativeBlock[] {
    if (this.#pendingBytes === 0) return [];
    const blocks = this.#decode();
    if (this.#pendingBytes > 0) throw brokenOff();
    return blocks;
  }

  #decode(): NativeBlock[] {
    const bytes = this.#pending.length === 1 ? this.#pending[0]! : Buffer.concat(this.#pending);
    const cursor = new Cursor(bytes);
    const blocks: NativeBlock[] = [];
    let done = 0;
    try {
      while (done < bytes.length) {
        const block = decodeBlock(cursor);
        if (block.rows > 0) blocks.push(block);
        done = cursor.at;
      }
    } catch (thrown) {
      if (thrown !== INCOMPLETE) throw thrown;
    }
    this.#keep(bytes.subarray(done));
    return blocks;
  }

  #keep(rest: Buffer): void {
    this.#pending = rest.length === 0 ? [] : [rest];
    this.#pendingBytes = rest.length;
    this.#retryAtBytes = rest.length * RETRY_GROWTH;
  }
}

/** A server that dies or gives up half way ends its answer without a word. */
function brokenOff(): Fault {
  return new Fault('unavailable', "the engine's answer broke off; try again", { cause: INCOMPLETE });
}

function decodeBlock(cursor: Cursor): NativeBlock {
  const columnCount = cursor.varint();
  const rows = cursor.varint();
  const columns = new Map<string, NativeColumn>();
  for (let index = 0; index < columnCount; index++) {
    const name = cursor.text();
    const codec = codecOf(cursor.text());
    if (rows > 0) {
      codec.prefix(cursor);
      columns.set(name, codec.data(cursor, rows));
    }
  }
  const column = (name: string): NativeColumn => {
    const found = columns.get(name);
    if (found === undefined) throw new TypeError(`the result has no column ${name}`);
    return found;
  };
  return { rows, column };
}

class Cursor {
  readonly bytes: Buffer;
  at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  take(length: number): Buffer {
    const from = this.at;
    if (from + length > this.bytes.length) throw INCOMPLETE;
    this.at += length;
    return this.bytes.subarray(from, this.at);
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      if (this.at >= this.bytes.length) throw INCOMPLETE;
      const byte = this.bytes[this.at++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  text(): string {
    return this.take(this.varint()).toString('utf8');
  }

  uint64(): number {
    return Number(this.take(8).readBigUInt64LE(0));
  }
}

/** How values of one type lie in a block: all prefixes of a column, nested ones too, stand before its data. */
interface Codec {
  prefix(cursor: Cursor): void;
  data(cursor: Cursor, rows: number): NativeColumn;
}

const codecs = new Map<string, Codec>();

function codecOf(type: string): Codec {
  let codec = codecs.get(type);
  if (codec === undefined) {
    codec = createCodec(type);
    codecs.set(type, codec);
  }
  return codec;
}

const noPrefix = (): void => undefined;

const numbers = (width: number, read: NumberReader): Codec => ({
  prefix: noPrefix,
  data: (cursor, rows) => new NumberColumn(cursor.take(rows * width), width, read),
});

const SIGNED_64: Codec = {
  prefix: noPrefix,
  data: (cursor, rows) => new BigintColumn(cursor.take(rows * 8), (bytes, at) => bytes.readBigInt64LE(at)),
};

const SIMPLE: Readonly<Record<string, Codec>> = {
  UInt8: numbers(1, (bytes, at) => bytes.readUInt8(at)),
  UInt16: numbers(2, (bytes, at) => bytes.readUInt16LE(at)),
  UInt32: numbers(4, (bytes, at) => bytes.readUInt32LE(at)),
  Int8: numbers(1, (bytes, at) => bytes.readInt8(at)),
  Int16: numbers(2, (bytes, at) => bytes.readInt16LE(at)),
  Int32: numbers(4, (bytes, at) => bytes.readInt32LE(at)),
  Float32: numbers(4, (bytes, at) => bytes.readFloatLE(at)),
  Float64: numbers(8, (bytes, at) => bytes.readDoubleLE(at)),
  Bool: numbers(1, (bytes, at) => bytes.readUInt8(at)),
  Date: numbers(2, (bytes, at) => bytes.readUInt16LE(at)),
  DateTime: numbers(4, (bytes, at) => bytes.readUInt32LE(at)),
  UInt64: {
    prefix: noPrefix,
    data: (cursor, rows) => new BigintColumn(cursor.take(rows * 8), (bytes, at) => bytes.readBigUInt64LE(at)),
  },
  Int64: SIGNED_64,
  DateTime64: SIGNED_64,
  String: { prefix: noPrefix, data: decodeStrings },
};

const COMPOUND: Readonly<Record<string, (parameters: readonly string[]) => Codec>> = {
  FixedString: ([width]) => fixedStrings(Number(width)),
  Enum8: enums,
  LowCardinality: ([type]) => dictionary(codecOf(type!)),
  Array: ([type]) => array(codecOf(type!)),
  Map: ([key, value]) => array(tuple([`keys ${key!}`, `values ${value!}`])),
  Tuple: tuple,
};

function createCodec(type: string): Codec {
  const open = type.indexOf('(');
  const family = open < 0 ? type : type.slice(0, open);
  const codec = SIMPLE[family] ?? COMPOUND[family]?.(splitParameters(type.slice(open + 1, -1)));
  if (codec === undefined) throw new TypeError(`cannot read a column of type ${type}`);
  return codec;
}

/** Splits at the commas that stand in no bracket and no quotes. */
function splitParameters(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (char === "'") at = endOfQuote(text, at);
    else if (char === '(') depth++;
    else if (char === ')') depth--;
    else if (char === ',' && depth === 0) {
      parts.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  return [...parts, text.slice(from).trim()];
}

function endOfQuote(text: string, open: number): number {
  let at = open + 1;
  while (at < text.length && text[at] !== "'") at += text[at] === '\\' ? 2 : 1;
  return at;
}

function decodeStrings(cursor: Cursor, rows: number): NativeColumn {
  const { bytes } = cursor;
  const starts = new Uint32Array(rows);
  const ends = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) {
    const length = cursor.varint();
    starts[row] = cursor.at;
    cursor.at += length;
    ends[row] = cursor.at;
  }
  if (cursor.at > bytes.length) throw INCOMPLETE;
  return new StringColumn(bytes, starts, ends);
}

function fixedStrings(width: number): Codec {
  return {
    prefix: noPrefix,
    data: (cursor, rows) => new FixedStringColumn(cursor.take(rows * width), width),
  };
}

function enums(parameters: readonly string[]): Codec {
  const names = new Map<number, string>();
  for (const parameter of parameters) {
    const close = parameter.lastIndexOf("'");
    names.set(Number(parameter.slice(parameter.indexOf('=', close) + 1)), parameter.slice(1, close));
  }
  return { prefix: noPrefix, data: (cursor, rows) => new EnumColumn(cursor.take(rows), names) };
}

const DICTIONARY_VERSION_BYTES = 8;
const DICTIONARY_FLAGS_BYTES = 8;

function dictionary(values: Codec): Codec {
  return {
    prefix: (cursor) => void cursor.take(DICTIONARY_VERSION_BYTES),
    data(cursor, rows) {
      if (rows === 0) return values.data(cursor, 0);
      const indexWidth = 1 << cursor.take(DICTIONARY_FLAGS_BYTES).readUInt8(0);
      const words = values.data(cursor, cursor.uint64());
      cursor.take(8); // the row count again
      return new DictionaryColumn(words, codes(cursor.take(rows * indexWidth), indexWidth));
    },
  };
}

/** Typed arrays need their data aligned, which bytes in the middle of a block are not. */
function codes(data: Buffer, width: number): Uint8Array | Uint16Array | Uint32Array {
  if (width === 1) return data;
  const aligned = new Uint8Array(data).buffer;
  return width === 2 ? new Uint16Array(aligned) : new Uint32Array(aligned);
}

function array(elements: Codec): Codec {
  return {
    prefix: (cursor) => {
      elements.prefix(cursor);
    },
    data(cursor, rows) {
      const offsets = cursor.take(rows * 8);
      const ends = new Float64Array(rows);
      for (let row = 0; row < rows; row++) {
        ends[row] = offsets.readUInt32LE(row * 8) + offsets.readUInt32LE(row * 8 + 4) * 2 ** 32;
      }
      return new ArrayColumn(ends, elements.data(cursor, rows === 0 ? 0 : ends[rows - 1]!));
    },
  };
}

/** Parts are written `name Type`, or `Type` alone: then their place, from 1, is the name. */
function tuple(parameters: readonly string[]): Codec {
  const fields = parameters.map((parameter, index) => {
    const named = /^([A-Za-z_]\w*|`[^`]+`) (.+)$/s.exec(parameter);
    return named === null
      ? { name: String(index + 1), codec: codecOf(parameter) }
      : { name: named[1]!.replaceAll('`', ''), codec: codecOf(named[2]!) };
  });
  return {
    prefix(cursor) {
      for (const { codec } of fields) codec.prefix(cursor);
    },
    data: (cursor, rows) =>
      new TupleColumn(rows, new Map(fields.map(({ name, codec }) => [name, codec.data(cursor, rows)]))),
  };
}
