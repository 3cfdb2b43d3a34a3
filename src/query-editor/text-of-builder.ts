import { builderTree } from '../contract/builder-tree.ts';
import { printFilterText } from '../contract/filter-text.ts';
import { QueryError } from '../contract/query-error.ts';
import type { SpanhouseQuery } from '../spanhouse-query.ts';

/** What the builder's fields say as text: where somebody begins to type. */
export function textOfBuilder(query: SpanhouseQuery): string {
  try {
    return printFilterText(builderTree(query));
  } catch (thrown) {
    // Half a row says nothing yet.
    if (thrown instanceof QueryError) return '';
    throw thrown;
  }
}
