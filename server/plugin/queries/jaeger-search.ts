import type { FilterCall, FilterExpression } from '../../../src/contract/filter.ts';
import { printDuration } from '../../../src/contract/duration.ts';
import type { SpanSelection } from '../../../src/contract/span-selection.ts';
import type { Fault } from '../../errors/fault.ts';
import type { ServerKind } from '../instance/upstream.ts';
import { cannot } from './cannot.ts';
import type { Window } from './window.ts';

type Jaeger = Exclude<ServerKind, 'spanhouse'>;

export interface JaegerSearch {
  readonly path: string;
  /** One of them a request: Jaeger takes one service and one operation. */
  readonly params: readonly URLSearchParams[];
}

/** A variable may hold many values, and each would be a request. */
const MAX_REQUESTS = 10;

/** A search in the words of a plain Jaeger, as far as it has them. */
export function jaegerSearch(
  server: Jaeger,
  selection: SpanSelection,
  window: Window,
  limit: number,
): JaegerSearch {
  if (selection.minTraceDurationNanos !== undefined || selection.maxTraceDurationNanos !== undefined) {
    throw cannot(server, 'search by the duration of a trace, only by that of a span');
  }
  if (server === 'jaeger-first' && selection.service.length === 0) {
    throw cannot(server, 'search without a service: choose one');
  }
  const path = server === 'jaeger-first' ? '/api/traces' : '/api/v3/traces';
  const describe = server === 'jaeger-first' ? firstParams : secondParams;
  return { path, params: pairsOf(server, selection).map((pair) => describe(pair, selection, window, limit)) };
}

interface Pair {
  readonly service: string | undefined;
  readonly operation: string | undefined;
}

function pairsOf(server: Jaeger, { service, operation }: SpanSelection): readonly Pair[] {
  const operations = operation.length === 0 ? [undefined] : operation;
  const services = service.length === 0 ? [undefined] : service;
  const pairs = services.flatMap((name) => operations.map((of) => ({ service: name, operation: of })));
  if (pairs.length <= MAX_REQUESTS) return pairs;
  throw cannot(
    server,
    `search for ${services.length} services and ${operations.length} operations at once: each pair is a request, and more than ${MAX_REQUESTS} are too many`,
  );
}

function firstParams(
  { service, operation }: Pair,
  selection: SpanSelection,
  { fromNanos, toNanos }: Window,
  limit: number,
): URLSearchParams {
  const tags = tagsOf(selection.filter, 'jaeger-first');
  return new URLSearchParams({
    ...optional('service', service),
    ...optional('operation', operation),
    ...optional('tags', tags === undefined ? undefined : JSON.stringify(tags)),
    ...optional('minDuration', durationOf(selection.minDurationNanos)),
    ...optional('maxDuration', durationOf(selection.maxDurationNanos)),
    start: String(fromNanos / 1_000n),
    end: String((toNanos - 1n) / 1_000n),
    limit: String(limit),
  });
}

/** What tags cannot say is said as a filter, which must then say all the rest too. */
function secondParams(
  { service, operation }: Pair,
  selection: SpanSelection,
  { fromNanos, toNanos }: Window,
  limit: number,
): URLSearchParams {
  const common = {
    'query.startTimeMin': rfc3339(fromNanos),
    'query.startTimeMax': rfc3339(toNanos - 1n),
    'query.searchDepth': String(limit),
  };
  const tags = equalities(selection.filter);
  if (tags === undefined) {
    const filter = wholeFilter({ service, operation }, selection);
    refuseMatches(filter);
    return new URLSearchParams({ ...common, 'query.filter': JSON.stringify(filter) });
  }
  return new URLSearchParams({
    ...optional('query.serviceName', service),
    ...optional('query.operationName', operation),
    ...optional('query.attributes', Object.keys(tags).length === 0 ? undefined : JSON.stringify(tags)),
    ...optional('query.durationMin', durationOf(selection.minDurationNanos)),
    ...optional('query.durationMax', durationOf(selection.maxDurationNanos)),
    ...common,
  });
}

function optional(name: string, value: string | undefined): Readonly<Record<string, string>> {
  return value === undefined ? {} : { [name]: value };
}

function durationOf(nanos: bigint | undefined): string | undefined {
  return nanos === undefined ? undefined : printDuration(nanos);
}

function rfc3339(nanos: bigint): string {
  const seconds = new Date(Number(nanos / 1_000_000n)).toISOString().slice(0, 19);
  return `${seconds}.${(nanos % 1_000_000_000n).toString().padStart(9, '0')}Z`;
}

function tagsOf(
  filter: FilterCall | undefined,
  server: Jaeger,
): Readonly<Record<string, string>> | undefined {
  const tags = equalities(filter);
  if (tags === undefined) throw onlyEqualities(server);
  return Object.keys(tags).length === 0 ? undefined : tags;
}

function onlyEqualities(server: Jaeger): Fault {
  return cannot(
    server,
    'search by anything but values that attributes, the kind or the status are equal to, all of them at once',
  );
}

/** The filter as tags, undefined where it asks for more than tags can say. */
function equalities(filter: FilterCall | undefined): Readonly<Record<string, string>> | undefined {
  if (filter === undefined) return {};
  const calls =
    filter.op === 'and' ? filter.args.map((arg) => ('call' in arg ? arg.call : undefined)) : [filter];
  const tags = calls.map(equality);
  const known = tags.filter((tag) => tag !== undefined);
  const names = new Set(known.map(([key]) => key));
  // One key twice asks for two values of it, and an object of tags has room for one.
  return known.length === tags.length && names.size === tags.length ? Object.fromEntries(known) : undefined;
}

function equality(call: FilterCall | undefined): readonly [string, string] | undefined {
  const [reference, constant] = call?.args ?? [];
  if (call?.op !== 'eq' || reference === undefined || constant === undefined) return undefined;
  if (!('scalar' in constant)) return undefined;
  const { value } = constant.scalar;
  if ('attr' in reference)
    return reference.attr.level === undefined ? [reference.attr.key, value] : undefined;
  return 'field' in reference ? fieldTag(reference.field, value) : undefined;
}

function fieldTag(
  { name, level }: { readonly name: string; readonly level: string },
  value: string,
): readonly [string, string] | undefined {
  if (level !== 'span') return undefined;
  if (name === 'kind') return ['span.kind', value];
  if (name === 'status' && value === 'error') return ['error', 'true'];
  return name === 'status' && value === 'ok' ? ['otel.status_code', 'OK'] : undefined;
}

function wholeFilter({ service, operation }: Pair, selection: SpanSelection): FilterCall {
  const compare = (op: 'eq' | 'gte' | 'lte', level: 'resource' | 'span', name: string, value?: string) =>
    value === undefined
      ? []
      : [
          {
            call: { op, args: [{ field: { name, level } }, { scalar: { value } }] },
          } satisfies FilterExpression,
        ];
  const parts: readonly FilterExpression[] = [
    ...compare('eq', 'resource', 'service', service),
    ...compare('eq', 'span', 'name', operation),
    ...compare('gte', 'span', 'duration', durationOf(selection.minDurationNanos)),
    ...compare('lte', 'span', 'duration', durationOf(selection.maxDurationNanos)),
    ...(selection.filter === undefined ? [] : [{ call: selection.filter }]),
  ];
  const [only, ...others] = parts;
  return others.length === 0 && only !== undefined && 'call' in only ? only.call : { op: 'and', args: parts };
}

/** Its patterns match anywhere in a value and cannot be anchored, ours match from end to end. */
function refuseMatches({ op, args }: FilterCall): void {
  if (op === 'matches')
    throw cannot('jaeger-second', 'match a regular expression from end to end (=~ and !~)');
  for (const arg of args) if ('call' in arg) refuseMatches(arg.call);
}
