import { act, fireEvent, render, screen } from '@testing-library/react';
import React from 'react';
import { QUERY_TYPES } from '../contract/query.ts';
import type { SpanhouseDataSource } from '../datasource.ts';
import type { SpanhouseQuery } from '../spanhouse-query.ts';
import { typeOptions } from './editors.ts';
import { QueryEditor } from './QueryEditor.tsx';

const features = jest.fn<Promise<readonly string[]>, []>();
const datasource = {
  uid: 'u',
  name: 'Spanhouse',
  defaultLimit: 20,
  variableNames: () => ['service'],
  completion: { features },
} as unknown as SpanhouseDataSource;

/** Of most tests the server has not said anything yet. */
beforeEach(() => {
  features.mockReturnValue(new Promise(() => undefined));
});

function show(query: Partial<SpanhouseQuery>) {
  const onChange = jest.fn();
  const onRunQuery = jest.fn();
  const editor = (
    <QueryEditor
      datasource={datasource}
      query={{ refId: 'A', ...query }}
      onChange={onChange}
      onRunQuery={onRunQuery}
    />
  );
  return { onChange, onRunQuery, ...render(editor) };
}

test.each(QUERY_TYPES)('every control of the type %s has a name', (queryType) => {
  const { container } = show({ queryType, filters: [{ key: 'k', operator: '=', values: ['v'] }] });
  const controls = container.querySelectorAll<HTMLInputElement>('input, textarea, select');
  expect(controls.length).toBeGreaterThan(0);
  for (const control of controls) {
    const name =
      control.getAttribute('aria-label') ??
      [...(control.labels ?? [])].map((label) => label.textContent).join();
    expect([control.outerHTML, name]).not.toEqual([control.outerHTML, '']);
  }
});

test('an id without a type opens as a trace, and keeps that type with the first edit', () => {
  const { onChange, onRunQuery } = show({ query: 'abc' });
  const field = screen.getByLabelText('Trace ID');
  fireEvent.change(field, { target: { value: 'abcd' } });
  expect(onRunQuery).not.toHaveBeenCalled();
  fireEvent.blur(field);
  expect(onChange).toHaveBeenCalledWith({ refId: 'A', queryType: 'trace', version: 1, query: 'abcd' });
  expect(onRunQuery).toHaveBeenCalledTimes(1);
});

test('nothing is asked where a field is left as it was', () => {
  const { onRunQuery } = show({ queryType: 'search', minDuration: '1s' });
  fireEvent.blur(screen.getByLabelText('Span duration from'));
  expect(onRunQuery).not.toHaveBeenCalled();
});

test('text is asked at Shift-Enter, and not at Enter', () => {
  const { onChange, onRunQuery } = show({ queryType: 'search', editor: 'text', text: 'a = 1' });
  const field = screen.getByLabelText(/^Conditions/, { selector: 'textarea' });
  fireEvent.change(field, { target: { value: 'a = 2' } });
  fireEvent.keyDown(field, { key: 'Enter' });
  expect(onRunQuery).not.toHaveBeenCalled();
  fireEvent.keyDown(field, { key: 'Enter', shiftKey: true });
  expect(onChange).toHaveBeenCalledWith(expect.objectContaining({ text: 'a = 2' }));
});

test('says beside the field what is wrong', () => {
  show({ queryType: 'search', minDuration: '2s', maxDuration: '1s', limit: 'many' });
  expect(screen.getByText(/1s is below 2s/)).toBeInTheDocument();
  expect(screen.getByText(/"many" is no limit/)).toBeInTheDocument();
});

test('a row is added, and taken away', () => {
  const filter = { key: 'k', operator: '=', values: ['v'] } as const;
  const { onChange } = show({ queryType: 'search', filters: [filter] });
  fireEvent.click(screen.getByRole('button', { name: 'Add attribute filter' }));
  expect(onChange).toHaveBeenLastCalledWith(
    expect.objectContaining({ filters: [filter, { key: '', operator: '=', values: [] }] }),
  );
  fireEvent.click(screen.getByRole('button', { name: 'Remove filter 1' }));
  expect(onChange).toHaveBeenLastCalledWith(expect.objectContaining({ filters: [] }));
});

test('what the builder says is where the text begins', () => {
  const { onChange } = show({ queryType: 'search', service: 'cart', status: 'error' });
  fireEvent.click(screen.getByLabelText('Text'));
  expect(onChange).toHaveBeenCalledWith(
    expect.objectContaining({ editor: 'text', text: 'service = "cart" and status = "error"' }),
  );
});

test.each([
  ['["cart","web"]', 1],
  ['$service', 0],
  [undefined, 0],
])('beside the services %j stand %i buttons that build a dashboard', (service, count) => {
  show({ queryType: 'search', ...(service && { service }) });
  expect(screen.queryAllByRole('button', { name: 'Build dashboard' })).toHaveLength(count);
});

test.each([
  [[], 1],
  [['sql'], 0],
])('SQL of a server with the features %j is marked %i times', async (offered, count) => {
  features.mockResolvedValue(offered);
  show({ queryType: 'sql', sql: 'SELECT 1' });
  await act(() => Promise.resolve());
  expect(screen.queryAllByText(/^This server does not offer it/)).toHaveLength(count);
});

test.each([
  [[], 'search', false],
  [['sql'], 'search', true],
  [[], 'sql', true],
] as const)('of the features %j beside the type %s SQL is offered: %s', (offered, chosen, expected) => {
  expect(typeOptions(offered, chosen).some(({ value }) => value === 'sql')).toBe(expected);
});
