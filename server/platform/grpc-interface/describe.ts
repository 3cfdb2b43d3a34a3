/** A field as protobufjs's JSON has it. */
export interface FieldFacts {
  readonly type: string;
  readonly id: number;
  readonly rule?: 'repeated';
  /** Of a map. */
  readonly keyType?: 'string';
}

export interface MessageFacts {
  readonly fields: Readonly<Record<string, FieldFacts>>;
  readonly oneofs?: Readonly<Record<string, { readonly oneof: readonly string[] }>>;
  readonly nested?: Readonly<Record<string, MessageFacts | EnumFacts>>;
  readonly options?: Readonly<Record<string, boolean>>;
}

interface EnumFacts {
  readonly values: Readonly<Record<string, number>>;
}

interface MethodFacts {
  readonly requestType: string;
  readonly responseType: string;
  readonly requestStream?: boolean;
  readonly responseStream?: boolean;
}

interface ServiceFacts {
  readonly methods: Readonly<Record<string, MethodFacts>>;
}

/** What a package of protobuf declares. These are TypeScript, so that nothing need be copied when the program is built. */
export interface PackageFacts {
  readonly name: string;
  /** Other packages that its types name. */
  readonly imports: readonly string[];
  readonly types: Readonly<Record<string, MessageFacts | EnumFacts | ServiceFacts>>;
}

export const TIMESTAMP = 'google.protobuf.Timestamp';
export const DURATION = 'google.protobuf.Duration';

/** `bytes trace_id = 1` is `trace_id: one('bytes', 1)`. */
export function one(type: string, id: number): FieldFacts {
  return { type, id };
}

/** `repeated Span spans = 1` is `spans: many('Span', 1)`. */
export function many(type: string, id: number): FieldFacts {
  return { type, id, rule: 'repeated' };
}

/** `map<string, string> headers = 2` is `headers: map('string', 2)`. Reflection does not show it: see TEXT_ENTRY. */
export function map(type: string, id: number): FieldFacts {
  return { type, id, keyType: 'string' };
}

export function message(
  fields: MessageFacts['fields'],
  more: Pick<MessageFacts, 'oneofs' | 'nested'> = {},
): MessageFacts {
  return { fields, ...more };
}

/** The entry that stands behind `map<string, string>`, under the name that protobuf gives it. */
export const TEXT_ENTRY: MessageFacts = {
  fields: { key: one('string', 1), value: one('string', 2) },
  options: { map_entry: true },
};

export function choice(values: EnumFacts['values']): EnumFacts {
  return { values };
}

export function service(methods: ServiceFacts['methods']): ServiceFacts {
  return { methods };
}

export function unary(requestType: string, responseType: string): MethodFacts {
  return { requestType, responseType };
}

export function streaming(requestType: string, responseType: string): MethodFacts {
  return { requestType, responseType, responseStream: true };
}

/** Streams in both directions. */
export function conversing(requestType: string, responseType: string): MethodFacts {
  return { requestType, responseType, requestStream: true, responseStream: true };
}
