import { describeRefusal } from './describe-refusal.ts';

test.each<[unknown, RegExp]>([
  [
    { status: 403, data: { message: 'Access denied' } },
    /^You may not write dashboards in the folder “Shop”: /,
  ],
  [{ status: 401, data: {} }, /^You are no longer signed in: /],
  [{ status: 404, data: { message: 'folder not found' } }, /^The folder “Shop” is no longer there: /],
  [
    { status: 412, data: { status: 'name-exists' } },
    /^The folder “Shop” already holds a dashboard called “Cart”: /,
  ],
  [{ status: 400, data: { message: 'Quota reached' } }, /it answered 400, Quota reached\.$/],
  [{ status: 500, data: null }, /it answered 500\.$/],
  [new TypeError('Failed to fetch'), /^Grafana did not answer \(Failed to fetch\): try again\.$/],
  [undefined, /^Grafana did not answer: try again\.$/],
])('%j', (thrown, sentence) => {
  expect(describeRefusal(thrown, { title: 'Cart', folder: 'Shop' })).toMatch(sentence);
});
