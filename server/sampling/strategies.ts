import { z } from 'zod';
import { Fault } from '../errors/fault.ts';

/** Which traces a service keeps; what it says of single operations goes before it, in clients that know of them. */
export type Strategy = Whole & { readonly operations?: OperationSampling };

type Whole =
  | { readonly kind: 'probabilistic'; readonly samplingRate: number }
  | { readonly kind: 'rate-limiting'; readonly maxTracesPerSecond: number };

export interface OperationSampling {
  /** Of operations that are not named. */
  readonly defaultSamplingRate: number;
  readonly named: readonly OperationStrategy[];
}

export interface OperationStrategy {
  readonly operation: string;
  readonly samplingRate: number;
}

export interface Strategies {
  /** Of services that are not named. */
  readonly others: Strategy;
  readonly services: ReadonlyMap<string, Strategy>;
  /** What of the file was read and cannot be done, in sentences. */
  readonly ignored: readonly string[];
}

export const SAMPLING_FILE_SETTING = 'SPANHOUSE_SAMPLING_FILE';

/** Without a file. */
export const SAMPLE_EVERYTHING: Strategies = Object.freeze({
  others: Object.freeze({ kind: 'probabilistic', samplingRate: 1 }),
  services: new Map<string, Strategy>(),
  ignored: Object.freeze([]),
});

/** What Jaeger takes where a file says nothing: the same file means the same to us. */
const RATE_UNSAID = 0.001;
/** It travels as an int32. */
const MAX_PER_SECOND = 2 ** 31 - 1;
const SHOWN_CHARACTERS = 80;

export function strategyOf({ services, others }: Strategies, service: string): Strategy {
  return services.get(service) ?? others;
}

/** A strategies file of Jaeger's. Throws a Fault that names the place in the file. */
export function parseStrategies(path: string, text: string): Strategies {
  const file = readFile(path, text);
  const ignored = [
    ...ignoredIn('default_strategy', file.default_strategy),
    ...(file.service_strategies ?? []).flatMap((given, at) => ignoredIn(`service_strategies[${at}]`, given)),
  ];
  const others = strategyFrom(file.default_strategy ?? {});
  const services = (file.service_strategies ?? []).map(
    (given) => [given.service, inheriting(strategyFrom(given), others.operations)] as const,
  );
  return Object.freeze({ others, services: new Map(services), ignored: Object.freeze(ignored) });
}

const TYPES = ['probabilistic', 'ratelimiting'] as const;

/** Go's JSON takes null for nothing. */
const optional = <T>(schema: z.ZodType<T>): z.ZodType<T | undefined> =>
  z.preprocess((value) => value ?? undefined, schema.optional());

const name = z.string('must be text');
const STRATEGY = {
  type: optional(z.enum(TYPES, `must be one of ${TYPES.join(', ')}`)),
  param: optional(z.number('must be a number')),
};
const operationStrategy = z
  .strictObject({ operation: name, ...STRATEGY }, 'must be an object')
  .superRefine(checkParam);
const operations = optional(
  z.array(operationStrategy, 'must be a list').superRefine(onceEach('operation', (one) => one.operation)),
);
const defaultStrategy = z
  .strictObject({ ...STRATEGY, operation_strategies: operations }, 'must be an object')
  .superRefine(checkParam);
const serviceStrategy = z
  .strictObject({ service: name, ...STRATEGY, operation_strategies: operations }, 'must be an object')
  .superRefine(checkParam);
const FILE = z.strictObject(
  {
    default_strategy: optional(defaultStrategy),
    service_strategies: optional(
      z.array(serviceStrategy, 'must be a list').superRefine(onceEach('service', (one) => one.service)),
    ),
  },
  'must be an object',
);

interface GivenStrategy {
  readonly type?: (typeof TYPES)[number] | undefined;
  readonly param?: number | undefined;
}

interface GivenWithOperations extends GivenStrategy {
  readonly operation_strategies?: readonly (GivenStrategy & { readonly operation: string })[] | undefined;
}

function checkParam({ type, param }: GivenStrategy, context: z.RefinementCtx): void {
  const refuse = (message: string): void => {
    context.addIssue({ code: 'custom', path: ['param'], message });
  };
  if (type === undefined) {
    if (param !== undefined) refuse('needs a "type" beside it');
  } else if (param === undefined) refuse(`is missing: a strategy of type "${type}" needs it`);
  else if (type === 'probabilistic') {
    if (param < 0 || param > 1) refuse('must be a probability from 0 to 1');
  } else if (param < 0 || param > MAX_PER_SECOND) {
    refuse(`must be a number of traces a second, from 0 to ${MAX_PER_SECOND}`);
  }
}

function onceEach<T>(
  member: string,
  nameOf: (one: T) => string,
): (list: readonly T[], context: z.RefinementCtx) => void {
  return (list, context) => {
    const seen = new Set<string>();
    for (const [at, one] of list.entries()) {
      if (seen.has(nameOf(one))) {
        context.addIssue({ code: 'custom', path: [at, member], message: 'has a strategy already' });
      }
      seen.add(nameOf(one));
    }
  };
}

function readFile(path: string, text: string): z.infer<typeof FILE> {
  const value = readJson(path, text);
  const parsed = FILE.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  if (issue.code === 'unrecognized_keys') {
    throw refusal(path, `${place([...issue.path, issue.keys[0]!])} is nothing that can be set there`);
  }
  const found = issue.path.reduce<unknown>(
    (inside, part) => (inside as Readonly<Record<PropertyKey, unknown>>)[part],
    value,
  );
  const shown = found === undefined ? '' : ` is ${JSON.stringify(found).slice(0, SHOWN_CHARACTERS)}:`;
  throw refusal(path, `${place(issue.path)}${shown} ${issue.message}`);
}

function readJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw refusal(path, `that file is not JSON: ${reason}`, cause);
  }
}

/** `service_strategies[0].param`. */
function place(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'what it holds';
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .slice(1);
}

function refusal(path: string, reason: string, cause?: unknown): Fault {
  return new Fault(
    'failed-precondition',
    `${SAMPLING_FILE_SETTING} is ${JSON.stringify(path)}, but ${reason}`,
    { setting: SAMPLING_FILE_SETTING, ...(cause === undefined ? {} : { cause }) },
  );
}

function strategyFrom(given: GivenWithOperations): Strategy {
  const whole = wholeOf(given);
  const named = given.operation_strategies ?? [];
  if (named.length === 0) return Object.freeze(whole);
  const operations: OperationSampling = {
    defaultSamplingRate: whole.kind === 'probabilistic' ? whole.samplingRate : RATE_UNSAID,
    named: named.flatMap(operationFrom),
  };
  return Object.freeze({ ...whole, operations });
}

function wholeOf({ type, param = 0 }: GivenStrategy): Whole {
  if (type === undefined) return { kind: 'probabilistic', samplingRate: RATE_UNSAID };
  if (type === 'probabilistic') return { kind: 'probabilistic', samplingRate: param };
  return { kind: 'rate-limiting', maxTracesPerSecond: Math.trunc(param) };
}

/** The protocol has no word for a limit of one operation. */
function operationFrom(given: GivenStrategy & { readonly operation: string }): OperationStrategy[] {
  const whole = wholeOf(given);
  return whole.kind === 'probabilistic'
    ? [{ operation: given.operation, samplingRate: whole.samplingRate }]
    : [];
}

/** What is said of operations of all services holds for a service that says nothing of them itself. */
function inheriting(strategy: Strategy, inherited: OperationSampling | undefined): Strategy {
  if (inherited === undefined) return strategy;
  const own = strategy.operations;
  const ownNames = new Set(own?.named.map(({ operation }) => operation));
  const operations: OperationSampling = {
    defaultSamplingRate: own?.defaultSamplingRate ?? rateOf(strategy) ?? inherited.defaultSamplingRate,
    named: [...(own?.named ?? []), ...inherited.named.filter(({ operation }) => !ownNames.has(operation))],
  };
  return Object.freeze({ ...strategy, operations });
}

function rateOf(strategy: Strategy): number | undefined {
  return strategy.kind === 'probabilistic' ? strategy.samplingRate : undefined;
}

function ignoredIn(at: string, given: GivenWithOperations | undefined): string[] {
  return (given?.operation_strategies ?? []).flatMap(({ type, operation }, index) =>
    type === 'ratelimiting'
      ? [
          `${at}.operation_strategies[${index}] limits the rate of ${JSON.stringify(operation)}, which only a service can have: it is left out`,
        ]
      : [],
  );
}
