import { fromJSON, type PackageDefinition } from '@grpc/proto-loader';
import type { PackageFacts } from './describe.ts';

export interface LoadOptions {
  /** 64-bit integers: text is exact, numbers are so up to 2^53. */
  readonly longs: 'text' | 'numbers';
}

/** What is described, with how to read and write its messages. Messages that are not there are null, lists are always there. */
export function loadInterfaces(packages: readonly PackageFacts[], { longs }: LoadOptions): PackageDefinition {
  return fromJSON(
    { nested: namespaceOf(packages) },
    { longs: longs === 'text' ? String : Number, defaults: true },
  );
}

interface Namespace {
  readonly nested: Record<string, unknown>;
}

/** Packages as a tree of their names' parts. */
function namespaceOf(packages: readonly PackageFacts[]): Record<string, never> {
  const root: Namespace = { nested: {} };
  for (const { name, types } of packages) {
    const inner = name
      .split('.')
      .reduce<Namespace>((outer, part) => (outer.nested[part] ??= { nested: {} }) as Namespace, root);
    Object.assign(inner.nested, types);
  }
  return root.nested as Record<string, never>;
}
