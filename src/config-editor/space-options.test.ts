import { spaceOptions } from './space-options.ts';

const SPACES = [
  { tenant: 'acme', db: 'shop', table: 'traces', spanCount: 1_000 },
  { tenant: 'acme', db: 'blog', table: 'traces', spanCount: '234' },
  { tenant: 'globex', db: 'shop', table: 'web', spanCount: 5 },
];
const values = (...asked: Parameters<typeof spaceOptions>) =>
  spaceOptions(...asked).map(({ value }) => value);

test('a part offers what there is under the parts before it', () => {
  expect(values('tenant', {}, SPACES, '')).toEqual(['acme', 'globex']);
  expect(values('db', { tenant: 'acme' }, SPACES, '')).toEqual(['shop', 'blog']);
  expect(values('table', { tenant: 'globex', db: 'shop' }, SPACES, '')).toEqual(['web']);
  expect(values('tenant', {}, SPACES, 'GLO')).toEqual(['globex']);
});

test('says how many spans are under it', () => {
  expect(spaceOptions('tenant', {}, SPACES, 'acme')[0]?.description).toBe('1,234 spans');
});
