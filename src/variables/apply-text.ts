import { builderTree } from '../contract/builder-tree.ts';
import { parseFilterText, printFilterText } from '../contract/filter-text.ts';
import { allOf, type Comparison, type FilterTree } from '../contract/filter-tree.ts';
import type { AttributeFilter, FilterOperator } from '../contract/query.ts';
import { QueryError } from '../contract/query-error.ts';
import type { Expand } from './expand.ts';

/** The text with its variables' values and further conditions. What cannot be read is left for the backend to refuse. */
export function applyToText(text: string, expand: Expand, added: readonly AttributeFilter[]): string {
  try {
    const typed = parseFilterText(text);
    const tree = typed === undefined ? undefined : applyToTree(typed, expand);
    const conditions = builderTree({ filters: added });
    return printFilterText(allOf([tree, conditions].filter((part) => part !== undefined)));
  } catch (thrown) {
    if (thrown instanceof QueryError) return expand(text).join(',');
    throw thrown;
  }
}

function applyToTree(tree: FilterTree, expand: Expand): FilterTree {
  switch (tree.kind) {
    case 'and':
    case 'or':
      return { kind: tree.kind, of: tree.of.map((part) => applyToTree(part, expand)) };
    case 'not':
      return { kind: 'not', of: applyToTree(tree.of, expand) };
    case 'comparison':
      return applyToComparison(tree, tree.values.flatMap(expand));
  }
}

const FOR_SEVERAL: Partial<Readonly<Record<FilterOperator, FilterOperator>>> = { '=': 'in', '!=': 'not in' };

function applyToComparison(comparison: Comparison, values: readonly string[]): FilterTree {
  const { operator } = comparison;
  if (values.length <= 1 || operator === 'in' || operator === 'not in') return { ...comparison, values };
  const membership = FOR_SEVERAL[operator];
  if (membership !== undefined) return { ...comparison, operator: membership, values };
  const each = values.map((value): FilterTree => ({ ...comparison, values: [value] }));
  return { kind: operator === '!~' ? 'and' : 'or', of: each };
}
