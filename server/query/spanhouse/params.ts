import { z } from 'zod';
import { Fault } from '../../errors/fault.ts';
import { SPAN_KINDS, type TraceId } from '../../span/span.ts';
import type {
  AttributeKeyQuery,
  AttributeValueQuery,
  OperationQuery,
  Window,
} from '../../store/trace-store.ts';
import { LEVELS, nanosField, oneOf, parseFields, textField } from './fields.ts';

/** Names for completion: more than anybody scrolls through. */
const DEFAULT_NAMES = 100;
const MAX_NAMES = 10_000;
/** Before now, where a question does not say. */
const DEFAULT_WINDOW_NANOS = 3_600_000_000_000n;

/** An empty parameter is as good as none. */
const optional = <T>(schema: z.ZodType<T>): z.ZodType<T | undefined> =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional());

const LIMIT_TEXT = `must be a whole number from 1 to ${MAX_NAMES}`;
const limitParam = z
  .string()
  .regex(/^\d{1,9}$/, LIMIT_TEXT)
  .transform(Number)
  .refine((limit) => limit >= 1 && limit <= MAX_NAMES, LIMIT_TEXT);

const NO_PARAMS = z.strictObject({});
const OPERATIONS = z.strictObject({ service: optional(textField), kind: optional(oneOf(SPAN_KINDS)) });
const KEYS = z.strictObject({
  level: optional(oneOf(LEVELS)),
  prefix: optional(textField),
  limit: optional(limitParam),
});
const TIMES = { from: optional(nanosField), to: optional(nanosField) };
const VALUES = z.strictObject({
  key: textField,
  level: optional(oneOf(LEVELS)),
  service: optional(textField),
  prefix: optional(textField),
  limit: optional(limitParam),
  ...TIMES,
});
const DEPENDENCIES = z.strictObject(TIMES);

export function refuseParams(url: string): void {
  parseParams(NO_PARAMS, url);
}

export function parseOperationsParams(url: string): OperationQuery {
  return given(parseParams(OPERATIONS, url));
}

export function parseKeysParams(url: string): AttributeKeyQuery {
  const { limit = DEFAULT_NAMES, ...others } = parseParams(KEYS, url);
  return { limit, ...given(others) };
}

export function parseValuesParams(url: string, nowMs: number): AttributeValueQuery {
  const { key, limit = DEFAULT_NAMES, from, to, ...others } = parseParams(VALUES, url);
  return { key, limit, window: windowOf({ from, to }, nowMs), ...given(others) };
}

export function parseDependenciesParams(url: string, nowMs: number): Window {
  return windowOf(parseParams(DEPENDENCIES, url), nowMs);
}

/** Up to 32 hex digits: short ones are those of senders that have 64 bits. */
export function parseTraceId(text: string): TraceId {
  if (/^[0-9a-f]{1,32}$/i.test(text)) return text.toLowerCase().padStart(32, '0') as TraceId;
  throw new Fault('invalid', `the trace id ${JSON.stringify(text.slice(0, 80))} is not 1 to 32 hex digits`, {
    field: 'traceId',
    value: text.slice(0, 80),
  });
}

export function checkWindow(window: Window, names: { readonly from: string; readonly to: string }): Window {
  if (window.fromNanos < window.toNanos) return window;
  throw new Fault('invalid', `${names.from} must be before ${names.to}`, { field: names.from });
}

function windowOf(
  { from, to }: { readonly from?: bigint | undefined; readonly to?: bigint | undefined },
  nowMs: number,
): Window {
  const toNanos = to ?? BigInt(nowMs) * 1_000_000n;
  const fromNanos = from ?? toNanos - DEFAULT_WINDOW_NANOS;
  return checkWindow({ fromNanos, toNanos }, { from: 'from', to: 'to' });
}

function parseParams<T>(schema: z.ZodType<T>, url: string): T {
  const at = url.indexOf('?');
  const params = new URLSearchParams(at < 0 ? '' : url.slice(at + 1));
  const twice = [...params.keys()].find((name) => params.getAll(name).length > 1);
  if (twice !== undefined) {
    throw new Fault('invalid', `the parameter ${JSON.stringify(twice)} may be given once`, { field: twice });
  }
  return parseFields(schema, Object.fromEntries(params), 'the query');
}

type Given<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> };

/** Without those that are undefined. */
function given<T extends object>(values: T): Given<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>;
}
