import type { QueryEditorProps } from '@grafana/data';
import { Combobox, Stack } from '@grafana/ui';
import React, { useId } from 'react';
import { QUERY_VERSION } from '../contract/query.ts';
import type { SpanhouseDataSource } from '../datasource.ts';
import { queryKind } from '../queries/query-kind.ts';
import type { SpanhouseJson, SpanhouseQuery } from '../spanhouse-query.ts';
import { EditorField } from './EditorField.tsx';
import { EDITORS, isOffered, typeOptions } from './editors.ts';
import { useFeatures } from './use-features.ts';

type Props = QueryEditorProps<SpanhouseDataSource, SpanhouseQuery, SpanhouseJson>;

/** The type of a query, and its editor. Every finished edit asks the query again. */
export function QueryEditor({ datasource, query, range, onChange, onRunQuery }: Props) {
  const id = useId();
  const kind = queryKind(query);
  const Editor = EDITORS[kind];
  const features = useFeatures(datasource);
  const isMissing = features !== undefined && !isOffered(kind, features);
  const edit = (change: Partial<SpanhouseQuery>) => {
    onChange({ ...query, queryType: kind, version: QUERY_VERSION, ...change });
    onRunQuery();
  };
  return (
    <Stack direction="column" gap={1}>
      <EditorField
        label="Query type"
        id={id}
        error={isMissing ? 'This server does not offer it: choose another type' : undefined}
      >
        <Combobox
          id={id}
          width={28}
          options={typeOptions(features ?? [], kind)}
          value={kind}
          onChange={({ value }) => {
            // Links out of a search carry its fields along: an id that stays behind would make every search a trace.
            onChange({
              ...query,
              version: QUERY_VERSION,
              queryType: value,
              ...(value !== 'trace' && { query: '' }),
            });
            onRunQuery();
          }}
        />
      </EditorField>
      <Editor datasource={datasource} query={query} range={range} onEdit={edit} />
    </Stack>
  );
}
