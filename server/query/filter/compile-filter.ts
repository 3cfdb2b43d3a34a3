import type {
  AttributeLevel,
  Comparator,
  Condition,
  NestedLevel,
  Operand,
  ValueType,
} from '../../store/trace-store.ts';
import { type BuiltInField, type Holds, builtInField, fieldNames } from './built-in-fields.ts';
import { type Constant, HELD, readAsType, readForField } from './constant.ts';
import type {
  AttributeReference,
  Call,
  Expression,
  FieldReference,
  Operator,
  Reference,
  Scalar,
} from './expression.ts';
import { refusal } from './parse-filter.ts';
import { matchAnywhere, patternFlaw } from './pattern.ts';

type Comparing = 'eq' | 'gt' | 'lt' | 'gte' | 'lte';
type Ordering = Exclude<Comparing, 'eq'>;
type Levels = readonly NestedLevel[];

const COMPARATORS = {
  eq: '=',
  gt: '>',
  lt: '<',
  gte: '>=',
  lte: '<=',
} as const satisfies Record<Comparing, Comparator>;

/** What asks the same when its operands change places. */
const SWAPPED = { eq: 'eq', ne: 'ne', gt: 'lt', lt: 'gt', gte: 'lte', lte: 'gte' } as const;

/**
 * The filter as a condition on one span. What has a value in several places holds if one of them does; `ne` and `not_in`
 * hold if it is there and none of them does; `not` alone holds for what is not there.
 */
export function compileFilter(filter: Call): Condition {
  return compileCall(filter, []);
}

/** `quantified` are the levels of the `some` around the call. */
function compileCall(call: Call, quantified: Levels): Condition {
  const { op, args } = call;
  switch (op) {
    case 'and':
    case 'or':
      if (args.length < 2)
        throw refusal(call.at, `calls ${op}, which takes at least two arguments, with ${args.length}`);
      return { kind: op, of: args.map((arg) => compilePredicate(op, arg, quantified)) };
    case 'not':
      return not(compilePredicate(op, argumentsOf(call, 1)[0], quantified));
    case 'some':
      return compileSome(call, quantified);
    case 'exists':
      return subjectOf(referenceOf(op, argumentsOf(call, 1)[0])).exists();
    case 'regex':
      return compileRegex(call);
    case 'matches':
      return compileMatches(call);
    case 'in':
    case 'not_in':
      return compileMembership(call, op);
    case 'eq':
    case 'ne':
    case 'gt':
    case 'lt':
    case 'gte':
    case 'lte':
      return compileComparison(call, op);
  }
}

function compilePredicate(op: Operator, arg: Expression, quantified: Levels): Condition {
  if (arg.term === 'call') return compileCall(arg, quantified);
  throw refusal(arg.at, `must be a call: ${op} takes nothing else`);
}

function compileSome(call: Call, quantified: Levels): Condition {
  const [collection, predicate] = argumentsOf(call, 2);
  if (collection.term !== 'nested') {
    throw refusal(collection.at, 'must be "nested": some asks one of the events or links of a span');
  }
  const { level } = collection;
  if (quantified.includes(level)) {
    throw refusal(
      call.at,
      `asks some ${level} inside of some ${level}, and which of the two is meant is not defined`,
    );
  }
  return { kind: 'some', level, of: compilePredicate('some', predicate, [...quantified, level]) };
}

function compileComparison(call: Call, op: keyof typeof SWAPPED): Condition {
  const [left, right] = argumentsOf(call, 2);
  if (left.term === 'scalar' && right.term !== 'scalar') return compare(right, SWAPPED[op], left);
  return compare(left, op, right);
}

function compare(left: Expression, op: keyof typeof SWAPPED, right: Expression): Condition {
  const reference = referenceOf(op, left);
  if (right.term === 'attr' || right.term === 'field') return compareReferences(reference, op, right);
  if (right.term !== 'scalar') {
    throw refusal(right.at, `must be a scalar, an attr or a field: ${op} compares two values`);
  }
  const subject = subjectOf(reference);
  return op === 'ne'
    ? and([subject.exists(), not(subject.compare('eq', right))])
    : subject.compare(op, right);
}

/** Two values of the span. Both have to be of one kind; an attribute is of whatever kind the other is. */
function compareReferences(left: Reference, op: keyof typeof SWAPPED, right: Reference): Condition {
  const [one, other] = [kindOf(left, op), kindOf(right, op)];
  if (one !== undefined && other !== undefined && domainOf(one.holds) !== domainOf(other.holds)) {
    throw refusal(
      right.at,
      `is ${other.name}, which holds ${HELD[other.holds]}: ${op} cannot compare it with ${one.name}, which holds ${HELD[one.holds]}`,
    );
  }
  const comparator = COMPARATORS[op === 'ne' ? 'eq' : op];
  const rights = operandsOf(right);
  const pairs = operandsOf(left).flatMap((operand) =>
    rights.map((against) => ({ kind: 'compared', left: operand, comparator, right: against }) as const),
  );
  return op === 'ne' ? and([subjectOf(left).exists(), subjectOf(right).exists(), not(or(pairs))]) : or(pairs);
}

/** What a field holds, if it is one; refused for an ordering if that has no order. */
function kindOf(
  reference: Reference,
  op: keyof typeof SWAPPED,
): { readonly name: string; readonly holds: Holds } | undefined {
  if (reference.term === 'attr') return undefined;
  const { holds } = fieldOf(reference);
  const name = `${reference.level}.${reference.name}`;
  if (op !== 'eq' && op !== 'ne' && (holds === 'kind' || holds === 'status'))
    throw noOrder(op, reference.at, name);
  return { name, holds };
}

/** Words and ids are text to which text may be compared. */
function domainOf(holds: Holds): 'text' | 'time' | 'duration' {
  return holds === 'time' || holds === 'duration' ? holds : 'text';
}

function operandsOf(reference: Reference): readonly Operand[] {
  if (reference.term === 'field') return [{ kind: 'field', field: fieldOf(reference).field }];
  const { key } = reference;
  return levelsOf(reference).map((level) => ({ kind: 'attribute', key, level }));
}

function compileMembership(call: Call, op: 'in' | 'not_in'): Condition {
  const [reference, list] = argumentsOf(call, 2);
  const subject = subjectOf(referenceOf(op, reference));
  if (list.term !== 'list') throw refusal(list.at, `must be a list: ${op} looks for the value among several`);
  const isOne = or(
    list.values.map((value, index) =>
      subject.compare('eq', { at: `${list.at}.values[${index}]`, value, type: list.type }),
    ),
  );
  return op === 'in' ? isOne : and([subject.exists(), not(isOne)]);
}

function compileRegex(call: Call): Condition {
  const { subject, pattern } = patternOf(call);
  const flaw = patternFlaw(pattern.value);
  if (flaw !== undefined) {
    throw refusal(pattern.at, `has the pattern ${JSON.stringify(pattern.value)}, but ${flaw}`);
  }
  return subject.matches(matchAnywhere(pattern.value));
}

function compileMatches(call: Call): Condition {
  const { subject, pattern } = patternOf(call);
  return subject.matches(pattern.value);
}

function patternOf(call: Call): { readonly subject: Subject; readonly pattern: Scalar } {
  const [reference, pattern] = argumentsOf(call, 2);
  const subject = subjectOf(referenceOf(call.op, reference));
  if (pattern.term === 'scalar' && (pattern.type ?? 'string') === 'string') return { subject, pattern };
  throw refusal(pattern.at, `must be a string: the pattern of ${call.op}`);
}

function argumentsOf(call: Call, count: 1): readonly [Expression];
function argumentsOf(call: Call, count: 2): readonly [Expression, Expression];
function argumentsOf({ at, op, args }: Call, count: number): readonly Expression[] {
  if (args.length === count) return args;
  const needed = count === 1 ? 'one argument' : 'two arguments';
  throw refusal(at, `calls ${op}, which takes ${needed}, with ${args.length}`);
}

function referenceOf(op: Operator, arg: Expression): Reference {
  if (arg.term === 'attr' || arg.term === 'field') return arg;
  throw refusal(arg.at, `must be an attr or a field: ${op} asks for a value of the span`);
}

/** What a predicate is about. All that it makes is positive: it holds where there is a value for which it does. */
interface Subject {
  exists(): Condition;
  compare(op: Comparing, constant: Constant): Condition;
  matches(pattern: string): Condition;
}

function subjectOf(reference: Reference): Subject {
  return reference.term === 'attr' ? attributeSubject(reference) : fieldSubject(reference);
}

/** Where an attribute without a level is looked for. */
const UNQUALIFIED = ['span', 'resource'] as const;

function levelsOf({ level }: AttributeReference): readonly AttributeLevel[] {
  return level === undefined ? UNQUALIFIED : [level];
}

function attributeSubject(reference: AttributeReference): Subject {
  const { key } = reference;
  const levels = levelsOf(reference);
  const leaf = (comparator: Comparator, value?: string, type?: ValueType): Condition =>
    or(
      levels.map((one) => ({
        kind: 'attribute',
        key,
        level: one,
        ...(type === undefined ? {} : { type }),
        comparator,
        ...(value === undefined ? {} : { value }),
      })),
    );
  return {
    exists: () => leaf('exists'),
    compare: (op, constant) => {
      const type = constant.type ?? orderedType(op, constant.value);
      if (op !== 'eq' && type === 'bool') throw noOrder(op, constant.at, 'a bool');
      return leaf(COMPARATORS[op], type === undefined ? constant.value : readAsType(type, constant), type);
    },
    matches: (pattern) => leaf('regex', pattern),
  };
}

/** Without a type any will do, but what is no number is ordered among texts alone. */
function orderedType(op: Comparing, value: string): ValueType | undefined {
  if (op === 'eq') return undefined;
  return value.trim() === '' || Number.isNaN(Number(value)) ? 'string' : undefined;
}

function fieldSubject(reference: FieldReference): Subject {
  const name = `${reference.level}.${reference.name}`;
  const builtIn = fieldOf(reference);
  const { field, holds } = builtIn;
  const leaf = (comparator: Comparator, value?: string): Condition => ({
    kind: 'field',
    field,
    comparator,
    ...(value === undefined ? {} : { value }),
  });
  return {
    exists: () => leaf('exists'),
    compare: (op, constant) => {
      if (op !== 'eq' && (holds === 'kind' || holds === 'status')) throw noOrder(op, reference.at, name);
      return leaf(COMPARATORS[op], readForField(builtIn, name, constant));
    },
    matches: (pattern) => {
      if (holds !== 'time' && holds !== 'duration') return leaf('regex', pattern);
      throw refusal(reference.at, `is ${name}, which holds a ${holds}: a pattern matches text`);
    },
  };
}

function fieldOf({ at, level, name }: FieldReference): BuiltInField {
  const known = builtInField(level, name);
  if (known !== undefined) return known;
  const names = fieldNames(level).join(', ');
  throw refusal(
    at,
    `names ${JSON.stringify(name)}, which is no field of the level ${level}: it has ${names}; an attribute is named by "attr"`,
  );
}

function noOrder(op: Ordering, at: string, what: string): Error {
  return refusal(at, `has no order to which ${op} could hold: it is ${what}`);
}

function not(of: Condition): Condition {
  return { kind: 'not', of };
}

function and(of: readonly Condition[]): Condition {
  return { kind: 'and', of };
}

function or(of: readonly Condition[]): Condition {
  return of.length === 1 ? of[0]! : { kind: 'or', of };
}
