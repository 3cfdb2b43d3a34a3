import { expect, test } from 'vitest';
import { builderTree } from './builder-tree.ts';
import { parseFilterText, printFilterText } from './filter-text.ts';
import type { KeptQuery } from './query.ts';
import { selectSpans } from './select-spans.ts';

const BUILT: KeptQuery = {
  service: '["cart","stock"]',
  operation: 'GET /',
  kind: 'server',
  status: 'error',
  minDuration: '100ms',
  maxTraceDuration: '$most',
  tags: 'http.status_code=500 error=true',
  filters: [
    { key: 'k8s.pod', level: 'resource', operator: '=~', values: ['web-.*'] },
    { key: 'user.id', operator: 'not exists', values: [] },
  ],
};

test('what was built can be typed', () => {
  expect(printFilterText(builderTree(BUILT))).toBe(
    'service in ("cart", "stock") and name = "GET /" and kind = "server" and status = "error" and ' +
      'duration >= 100ms and traceDuration <= $most and http.status_code = 500 and status = "error" and ' +
      'resource.k8s.pod =~ "web-.*" and not exists(user.id)',
  );
});

test('what is typed then asks the same', () => {
  const built = { ...BUILT, maxTraceDuration: '1m' };
  const text = printFilterText(builderTree(built));
  expect(selectSpans({ editor: 'text', text })).toEqual(selectSpans(built));
  expect(parseFilterText(text)).toEqual(builderTree(built));
});

test('nothing built is nothing typed', () => {
  expect(builderTree({})).toBeUndefined();
});
