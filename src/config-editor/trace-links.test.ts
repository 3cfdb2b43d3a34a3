import { parseTags, printTags } from './trace-links.ts';

test.each([
  ['', []],
  ['service.name as service, pod', [{ key: 'service.name', value: 'service' }, { key: 'pod' }]],
  [' a ,, b as c ', [{ key: 'a' }, { key: 'b', value: 'c' }]],
])('%j', (text, tags) => {
  expect(parseTags(text)).toEqual(tags);
  expect(parseTags(printTags(tags))).toEqual(tags);
});
