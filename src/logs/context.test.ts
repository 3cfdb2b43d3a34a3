import { type DataFrame, LogRowContextQueryDirection, type LogRowModel, toDataFrame } from '@grafana/data';
import { aroundRow, contextQuery } from './context.ts';

const EVENTS = toDataFrame({
  fields: [
    { name: 'timestamp', values: [5, 4, 3, 2, 1] },
    { name: 'id', values: ['e', 'd', 'c', 'b', 'a'] },
    { name: 'traceID', values: ['t', 't', 't', 't', 't'] },
  ],
});

/** The line with this id, as the panel that shows it has it. */
function rowOf(id: string): LogRowModel {
  const dataFrame = toDataFrame({
    fields: [
      { name: 'id', values: ['other', id] },
      { name: 'traceID', values: ['u', 't'] },
    ],
  });
  return { dataFrame, rowIndex: 1 } as unknown as LogRowModel;
}

test.each([
  ['c', LogRowContextQueryDirection.Backward, 10, ['b', 'a']],
  ['c', LogRowContextQueryDirection.Forward, 10, ['e', 'd']],
  ['c', LogRowContextQueryDirection.Backward, 1, ['b']],
  ['c', LogRowContextQueryDirection.Forward, 1, ['d']],
  ['a', LogRowContextQueryDirection.Backward, 10, []],
  ['e', LogRowContextQueryDirection.Forward, 10, []],
  ['unknown', LogRowContextQueryDirection.Backward, 10, []],
])('beside %j, %s, at most %i', (id, direction, limit, expected) => {
  const [frame] = aroundRow({ data: [EVENTS] }, rowOf(id), { direction, limit }).data as DataFrame[];
  expect(frame!.length).toBe(expected.length);
  expect(frame!.fields[1]!.values).toEqual(expected);
});

test('the events of the line’s trace are asked for', () => {
  expect(contextQuery(rowOf('c'))).toMatchObject({ queryType: 'logs', query: 't' });
});

test('a line of another data source has none', () => {
  const dataFrame = toDataFrame({ fields: [{ name: 'Line', values: ['x'] }] });
  expect(contextQuery({ dataFrame, rowIndex: 0 } as unknown as LogRowModel)).toBeNull();
});
