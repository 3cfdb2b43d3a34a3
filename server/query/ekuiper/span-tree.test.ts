import { describe, expect, test } from 'vitest';
import type { SpanId } from '../../span/span.ts';
import { NONE, treeOf } from './span-tree.ts';

/** `a<b`: a is a child of b. `a`: a has no parent. The tree as text: `a(b c(d))`. */
function shapeOf(text: string): string {
  const nodes = text.split(' ').map((node) => {
    const [spanId, parentSpanId] = node.split('<') as [SpanId, SpanId | undefined];
    return { spanId, parentSpanId };
  });
  const { root, firstChild, nextSibling } = treeOf(nodes);
  const show = (at: number): string => {
    const children: string[] = [];
    for (let child = firstChild[at]!; child !== NONE; child = nextSibling[child]!) children.push(show(child));
    return nodes[at]!.spanId + (children.length === 0 ? '' : `(${children.join(' ')})`);
  };
  return show(root);
}

describe('what eKuiper shows too', () => {
  test.each([
    ['a', 'a'],
    ['a b<a', 'a(b)'],
    ['a b<a c<a d<b', 'a(b(d) c)'],
    // A child whose clock is behind.
    ['b<a a', 'a(b)'],
    ['c<b b<a a', 'a(b(c))'],
    // Children by start.
    ['a d<a c<a b<a', 'a(d c b)'],
    // A trace that was begun elsewhere.
    ['a<z b<a', 'a(b)'],
  ])('%s', (spans, want) => {
    expect(shapeOf(spans)).toBe(want);
  });
});

describe('what eKuiper loses', () => {
  test.each([
    ['two roots', 'a b c<b d<a', 'a(b(c) d)'],
    ['a root goes before what came without its parent', 'o<z a b<a', 'a(o b)'],
    ['several without a parent', 'a<z b<y c<b', 'a(b(c))'],
    ['a parent of itself', 'a b<b c<b', 'a(b(c))'],
    ['nothing but a parent of itself', 'a<a', 'a'],
    ['a circle', 'a<c b<a c<b', 'a(b(c))'],
    ['a circle beside a root', 'b<d a c<b d<c e<d', 'a(b(c(d(e))))'],
    ['what leads into a circle', 'e<d d<c b<d c<b', 'd(e b(c))'],
    ['two circles', 'a<b b<a c<d d<c', 'a(b c(d))'],
    ['an id twice', 'a b<a b<a c<b', 'a(b(c) b)'],
    ['a root twice', 'a a b<a', 'a(a b)'],
    ['a parent of itself twice', 'r a<a a<a', 'r(a(a))'],
  ])('%s', (_, spans, want) => {
    expect(shapeOf(spans)).toBe(want);
  });
});
