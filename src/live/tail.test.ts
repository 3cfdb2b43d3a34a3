import type { SpanhouseQuery } from '../spanhouse-query.ts';
import { tailPath } from './tail.ts';

const QUERY: SpanhouseQuery = { refId: 'A', queryType: 'search', service: 'cart' };

test('who asks the same shares a channel, whose name the host takes', () => {
  expect(tailPath(QUERY)).toMatch(/^search\/[0-9a-f]{8,32}$/);
  expect(tailPath({ service: 'cart', refId: 'B', queryType: 'search', key: 'Q-1' })).toBe(tailPath(QUERY));
  expect(tailPath({ ...QUERY, service: 'carts' })).not.toBe(tailPath(QUERY));
});
