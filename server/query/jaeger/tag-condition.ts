import { SPAN_KINDS, STATUS_CODES } from '../../span/span.ts';
import type { Condition, SpanField } from '../../store/trace-store.ts';

export interface TagRules {
  /** Whether a value such as `200|404` or `GET /api/.*` is also taken for an anchored regular expression. */
  readonly regex: boolean;
}

/**
 * What Jaeger's flat tags ask of one span: all of them at once, compared as text, wherever the key stands. Tags that the
 * Jaeger UI shows and OpenTelemetry has no attribute for mean what they show.
 */
export function tagCondition(tags: Readonly<Record<string, string>>, rules: TagRules): Condition | undefined {
  const conditions = Object.entries(tags).map(([key, value]) => oneTag(key, value, rules));
  if (conditions.length === 0) return undefined;
  return conditions.length === 1 ? conditions[0]! : { kind: 'and', of: conditions };
}

/** Whether the tags hold a value that would be taken for a regular expression. */
export function hasPattern(tags: Readonly<Record<string, string>>): boolean {
  return Object.values(tags).some(isPattern);
}

type TagCompiler = (key: string, value: string, rules: TagRules) => Condition;

const SHOWN_FIELDS: Readonly<Record<string, SpanField>> = {
  'otel.status_description': 'status-message',
  'otel.scope.name': 'scope-name',
  'otel.scope.version': 'scope-version',
  'scope.name': 'scope-name',
  'scope.version': 'scope-version',
  event: 'event-name',
  'w3c.tracestate': 'trace-state',
};

const SHOWN: Readonly<Record<string, TagCompiler>> = {
  error: errorTag,
  'span.kind': (key, value, rules) => named(key, 'kind', value, SPAN_KINDS, rules),
  'span.status': (key, value, rules) => named(key, 'status', value, STATUS_CODES, rules),
  'otel.status_code': (key, value, rules) => named(key, 'status', value, STATUS_CODES, rules),
};

const RESOURCE = 'resource.';

function oneTag(key: string, value: string, rules: TagRules): Condition {
  const shown = Object.hasOwn(SHOWN, key) ? SHOWN[key] : undefined;
  if (shown !== undefined) return shown(key, value, rules);
  const field = Object.hasOwn(SHOWN_FIELDS, key) ? SHOWN_FIELDS[key] : undefined;
  if (field !== undefined) return either([ofField(field, value, rules), anywhere(key, value, rules)]);
  if (key.startsWith(RESOURCE) && key.length > RESOURCE.length) {
    const inResource = atResource(key.slice(RESOURCE.length), value, rules);
    return either([inResource, anywhere(key, value, rules)]);
  }
  return anywhere(key, value, rules);
}

/** The spellings of a boolean that Go knows. */
const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

/** `false` is everything that is not an error; hardly anybody sends an attribute that says so. */
function errorTag(key: string, value: string, rules: TagRules): Condition {
  const failed = either([isField('status', 'error'), anywhere(key, 'true', { regex: false })]);
  if (TRUE.has(value)) return failed;
  return FALSE.has(value) ? { kind: 'not', of: failed } : anywhere(key, value, rules);
}

function named(
  key: string,
  field: SpanField,
  value: string,
  names: readonly string[],
  rules: TagRules,
): Condition {
  const name = value.toLowerCase();
  const literal = anywhere(key, value, rules);
  return names.includes(name) ? either([isField(field, name), literal]) : literal;
}

function anywhere(key: string, value: string, rules: TagRules): Condition {
  return compared(value, rules, (comparator) => ({ kind: 'attribute', key, comparator, value }));
}

function atResource(key: string, value: string, rules: TagRules): Condition {
  return compared(value, rules, (comparator) => ({
    kind: 'attribute',
    key,
    level: 'resource',
    comparator,
    value,
  }));
}

function ofField(field: SpanField, value: string, rules: TagRules): Condition {
  return compared(value, rules, (comparator) => ({ kind: 'field', field, comparator, value }));
}

function isField(field: SpanField, value: string): Condition {
  return { kind: 'field', field, comparator: '=', value };
}

/** A value that may be a pattern is looked for as it stands, too: a URL is full of what a pattern is made of. */
function compared(
  value: string,
  { regex }: TagRules,
  compare: (comparator: '=' | 'regex') => Condition,
): Condition {
  return regex && isPattern(value) ? either([compare('='), compare('regex')]) : compare('=');
}

/** A dot alone makes no pattern: versions and addresses have them. */
function isPattern(value: string): boolean {
  return /[*+?|()[\]{}^$\\]/.test(value);
}

function either(of: readonly Condition[]): Condition {
  return { kind: 'or', of };
}
