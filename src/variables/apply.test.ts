import type { SpanhouseQuery } from '../spanhouse-query.ts';
import { applyVariables, queryHoldsVariable } from './apply.ts';
import { createExpand } from './expand.ts';

const VALUES: Readonly<Record<string, string | readonly string[]>> = {
  one: 'cart',
  several: ['cart', 'check,out'],
  minimum: '100ms',
  money: '$5',
};

const expand = createExpand(
  (text, _scoped, format) =>
    text.replace(/\$(\w+)/g, (whole, name: string) => (name in VALUES ? format(VALUES[name]) : whole)),
  undefined,
);

const apply = (query: Partial<SpanhouseQuery>, adHoc: Parameters<typeof applyVariables>[2] = []) => {
  const { refId: _refId, ...applied } = applyVariables({ refId: 'A', ...query }, expand, adHoc);
  return applied;
};

describe('applyVariables', () => {
  test.each<[Partial<SpanhouseQuery>, Partial<SpanhouseQuery>]>([
    [{ service: '$one' }, { service: 'cart' }],
    [{ service: '$several' }, { service: '["cart","check,out"]' }],
    [{ service: '["$one","web"]' }, { service: '["cart","web"]' }],
    [{ operation: 'GET /$several' }, { operation: '["GET /cart","GET /check,out"]' }],
    [{ service: '$nobody' }, { service: '$nobody' }],
    [
      { minDuration: '$minimum', limit: '$money' },
      { minDuration: '100ms', limit: '$5' },
    ],
    [
      { by: ['$several', 'kind'], columns: ['$one'] },
      { by: ['cart', 'check,out', 'kind'], columns: ['cart'] },
    ],
    [
      { filters: [{ key: 'k', operator: '=', values: ['$several', 'x'] }] },
      { filters: [{ key: 'k', operator: '=', values: ['cart', 'check,out', 'x'] }] },
    ],
    [{ filters: [{ key: '', operator: '=', values: ['x'] }] }, { filters: [] }],
    [{ filters: [{ key: 'k', operator: '=', values: [] }] }, { filters: [] }],
    [
      { filters: [{ key: 'k', operator: 'exists', values: [] }] },
      { filters: [{ key: 'k', operator: 'exists', values: [] }] },
    ],
    [
      { editor: 'text', text: 'service = $one' },
      { editor: 'text', text: 'service = "cart"' },
    ],
    [
      { editor: 'text', text: 'service = "$several"' },
      { editor: 'text', text: 'service in ("cart", "check,out")' },
    ],
    [
      { editor: 'text', text: 'service != $several' },
      { editor: 'text', text: 'service not in ("cart", "check,out")' },
    ],
    [
      { editor: 'text', text: 'k =~ "$several.*"' },
      { editor: 'text', text: 'k =~ "cart.*" or k =~ "check,out.*"' },
    ],
    [
      { editor: 'text', text: 'duration > $minimum' },
      { editor: 'text', text: 'duration > 100ms' },
    ],
    [
      { editor: 'text', text: 'service = = $one' },
      { editor: 'text', text: 'service = = cart' },
    ],
  ])('%j', (query, expected) => {
    expect(apply(query)).toEqual(expected);
  });

  test('ad-hoc filters stand among the rows, and behind the text', () => {
    const adHoc = [
      { key: 'resource.zone', operator: '=|', value: 'a', values: ['a', 'b'] },
      { key: 'k', operator: '!=', value: 'x' },
      { key: 'unfinished', operator: '=', value: '' },
    ];
    expect(apply({ filters: [{ key: 'own', operator: '=', values: ['1'] }] }, adHoc).filters).toEqual([
      { key: 'own', operator: '=', values: ['1'] },
      { key: 'zone', level: 'resource', operator: 'in', values: ['a', 'b'] },
      { key: 'k', operator: '!=', values: ['x'] },
    ]);
    expect(apply({ editor: 'text', text: 'a = 1 or b = 2' }, adHoc).text).toBe(
      '(a = 1 or b = 2) and (resource.zone in ("a", "b") and k != "x")',
    );
  });
});

describe('queryHoldsVariable', () => {
  test.each<[Partial<SpanhouseQuery>, boolean]>([
    [{ service: 'cart' }, false],
    [{ service: '$one' }, true],
    [{ limit: '${limit}' }, true],
    [{ filters: [{ key: 'k', operator: '=', values: ['[[one]]'] }] }, true],
    [{ filters: [{ key: 'k', operator: '=', values: ['5 $'] }] }, false],
  ])('%j', (query, expected) => {
    expect(queryHoldsVariable({ refId: 'A', ...query })).toBe(expected);
  });
});
