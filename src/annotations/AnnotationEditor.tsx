import type { AnnotationQuery, QueryEditorProps } from '@grafana/data';
import { Combobox, type ComboboxOption, Stack } from '@grafana/ui';
import React, { useId } from 'react';
import type { SpanhouseDataSource } from '../datasource.ts';
import { DraftInput } from '../query-editor/DraftInput.tsx';
import type { EditorProps } from '../query-editor/editor-props.ts';
import { EditorField } from '../query-editor/EditorField.tsx';
import { FilterRows } from '../query-editor/FilterRows.tsx';
import { keyOptions } from '../query-editor/FilterRow.tsx';
import { NameCombobox } from '../query-editor/NameCombobox.tsx';
import { ServiceField } from '../query-editor/ServiceField.tsx';
import { durationFlaw } from '../query-editor/validate-query.ts';
import type { SpanhouseJson, SpanhouseQuery } from '../spanhouse-query.ts';
import { type AnnotationKind, annotationKind, annotationQuery, deployAttribute } from './annotation-query.ts';

type Props = QueryEditorProps<SpanhouseDataSource, SpanhouseQuery, SpanhouseJson> & {
  readonly annotation?: AnnotationQuery<SpanhouseQuery>;
  readonly onAnnotationChange?: (annotation: AnnotationQuery<SpanhouseQuery>) => void;
};

const KINDS: ComboboxOption<AnnotationKind>[] = [
  { value: 'errors', label: 'Failed spans' },
  { value: 'slow', label: 'Slow traces' },
  { value: 'deploys', label: 'Deploys', description: 'A new value of an attribute' },
];

/** What is marked on a dashboard's graphs. */
export function AnnotationEditor(props: Props) {
  const { datasource, annotation, range, onAnnotationChange, onChange } = props;
  const id = useId();
  const kept = annotation?.target ?? props.query;
  const query = kept.queryType === undefined ? annotationQuery('errors') : kept;
  const kind = annotationKind(query);
  const keep = (target: SpanhouseQuery) => {
    if (annotation !== undefined && onAnnotationChange !== undefined)
      onAnnotationChange({ ...annotation, target });
    else onChange(target);
  };
  const fields: EditorProps = {
    datasource,
    query,
    range,
    onEdit: (change) => {
      keep({ ...query, ...change });
    },
  };
  return (
    <Stack direction="column" gap={1}>
      <Stack direction="row" gap={1} wrap="wrap" alignItems="flex-start">
        <EditorField label="Mark" id={id}>
          <Combobox
            id={id}
            width={20}
            options={KINDS}
            value={kind}
            onChange={({ value }) => {
              keep(annotationQuery(value, query));
            }}
          />
        </EditorField>
        <ServiceField {...fields} />
        {kind === 'slow' && <Threshold {...fields} />}
        {kind === 'deploys' && <DeployAttribute {...fields} />}
      </Stack>
      <FilterRows {...fields} />
    </Stack>
  );
}

function Threshold({ query, onEdit }: EditorProps) {
  const id = useId();
  return (
    <EditorField label="Longer than" id={id} error={durationFlaw(query.minTraceDuration)}>
      <DraftInput
        id={id}
        width={14}
        placeholder="1s"
        value={query.minTraceDuration ?? ''}
        onCommit={(minTraceDuration) => {
          onEdit({ minTraceDuration });
        }}
      />
    </EditorField>
  );
}

function DeployAttribute({ datasource, query, onEdit }: EditorProps) {
  const id = useId();
  return (
    <EditorField label="Attribute" id={id}>
      <NameCombobox
        id={id}
        datasource={datasource}
        value={deployAttribute(query)}
        load={(typed) => keyOptions(datasource, typed)}
        onChoose={(key) => {
          onEdit({ by: ['service', ...(key === undefined ? [] : [key])] });
        }}
      />
    </EditorField>
  );
}
