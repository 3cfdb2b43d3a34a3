/** A value as the sender typed it. 64-bit integers are bigints; an AnyValue with nothing in it is `empty`. */
export type AttributeValue =
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'int'; readonly value: bigint }
  | { readonly type: 'double'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'bytes'; readonly value: Uint8Array }
  | { readonly type: 'array'; readonly value: readonly AttributeValue[] }
  | { readonly type: 'map'; readonly value: readonly Attribute[] }
  | { readonly type: 'empty' };

export type AttributeType = AttributeValue['type'];

/** Attributes keep the sender's order, and keys that it sent twice. */
export interface Attribute {
  readonly key: string;
  readonly value: AttributeValue;
}

export type Attributes = readonly Attribute[];
