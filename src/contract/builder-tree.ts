import { parseAnyOf } from './any-of.ts';
import { type FieldName, type FilterTree, allOf, anyOf } from './filter-tree.ts';
import { parseLogfmt } from './logfmt.ts';
import type { AttributeFilter, KeptQuery } from './query.ts';
import { QueryError, inField } from './query-error.ts';

/** What Grafana's own Jaeger data source keeps where no operation is chosen. */
const ALL_OPERATIONS = 'All';

/** What the builder's fields ask, as one filter: also how a query that was built becomes one that is typed. */
export function builderTree(kept: KeptQuery): FilterTree | undefined {
  return allOf([
    ...chosen('service', kept.service),
    ...chosen('name', kept.operation === ALL_OPERATIONS ? '' : kept.operation),
    ...chosen('kind', kept.kind?.toLowerCase()),
    ...chosen('status', kept.status?.toLowerCase()),
    ...bound('duration', '>=', kept.minDuration),
    ...bound('duration', '<=', kept.maxDuration),
    ...bound('traceDuration', '>=', kept.minTraceDuration),
    ...bound('traceDuration', '<=', kept.maxTraceDuration),
    ...inField('tags', () => parseLogfmt(kept.tags ?? '')).map(tagTree),
    ...(kept.filters ?? []).map(rowTree),
  ]);
}

function chosen(field: FieldName, text: string | undefined): readonly FilterTree[] {
  const values = parseAnyOf(text);
  return values.length === 0 ? [] : [anyOf({ field }, values)];
}

function bound(field: FieldName, operator: '>=' | '<=', text: string | undefined): readonly FilterTree[] {
  const value = text?.trim() ?? '';
  return value === '' ? [] : [{ kind: 'comparison', subject: { field }, operator, values: [value] }];
}

/** Tags that Jaeger shows and that are no attributes, by what they stand for. */
const SYNTHETIC: Readonly<Record<string, FieldName>> = {
  'span.kind': 'kind',
  'otel.status_code': 'status',
  'otel.status_description': 'statusMessage',
  'otel.scope.name': 'scope:name',
  'otel.scope.version': 'scope:version',
};

function tagTree({ key, value }: { readonly key: string; readonly value: string }): FilterTree {
  if (key === 'error' && (value === 'true' || value === 'false')) {
    const operator = value === 'true' ? '=' : '!=';
    return { kind: 'comparison', subject: { field: 'status' }, operator, values: ['error'] };
  }
  const field = Object.hasOwn(SYNTHETIC, key) ? SYNTHETIC[key] : undefined;
  if (field === undefined) return anyOf({ key }, [value]);
  return anyOf({ field }, [field === 'kind' || field === 'status' ? value.toLowerCase() : value]);
}

function rowTree({ key, level, operator, values }: AttributeFilter, at: number): FilterTree {
  const subject = level === undefined ? { key } : { key, level };
  if (key === '') throw refusal(`row ${at + 1} names no attribute`);
  if (operator === 'exists' || operator === 'not exists') {
    return { kind: 'comparison', subject, operator, values: [] };
  }
  if (values.length === 0) throw refusal(`row ${at + 1}, ${key} ${operator}, has no value`);
  const each = values.map((value): FilterTree => ({
    kind: 'comparison',
    subject,
    operator,
    values: [value],
  }));
  if (values.length === 1) return each[0]!;
  // A variable with several values: any of them; of negations, none.
  switch (operator) {
    case '=':
    case 'in':
      return { kind: 'comparison', subject, operator: 'in', values };
    case '!=':
    case 'not in':
      return { kind: 'comparison', subject, operator: 'not in', values };
    case '=~':
      return { kind: 'or', of: each };
    case '!~':
      return { kind: 'and', of: each };
    case '<':
    case '<=':
    case '>':
    case '>=':
      throw refusal(`${key} ${operator} takes one value, not ${values.length}`);
  }
}

function refusal(what: string): QueryError {
  return new QueryError(`"filters": ${what}`, { field: 'filters' });
}
