import { Button, Stack } from '@grafana/ui';
import React from 'react';
import type { AttributeFilter } from '../contract/query.ts';
import type { EditorProps } from './editor-props.ts';
import { FilterRow } from './FilterRow.tsx';

/** Any number of conditions on attributes, all of which must hold. */
export function FilterRows({ datasource, query, range, onEdit }: EditorProps) {
  const filters = query.filters ?? [];
  const replaceAt = (at: number, ...put: readonly AttributeFilter[]) => {
    onEdit({ filters: [...filters.slice(0, at), ...put, ...filters.slice(at + 1)] });
  };
  return (
    <Stack direction="column" gap={0.5} alignItems="flex-start">
      {filters.map((filter, at) => (
        <FilterRow
          key={at}
          datasource={datasource}
          query={query}
          range={range}
          filter={filter}
          number={at + 1}
          onFilter={(changed) => {
            replaceAt(at, changed);
          }}
          onRemove={() => {
            replaceAt(at);
          }}
        />
      ))}
      <Button
        variant="secondary"
        size="sm"
        icon="plus"
        onClick={() => {
          replaceAt(filters.length, { key: '', operator: '=', values: [] });
        }}
      >
        Add attribute filter
      </Button>
    </Stack>
  );
}
