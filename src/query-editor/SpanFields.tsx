import { Stack } from '@grafana/ui';
import React, { useId } from 'react';
import { STATUSES } from '../contract/filter-tree.ts';
import { DraftInput } from './DraftInput.tsx';
import type { EditorProps } from './editor-props.ts';
import { EditorField } from './EditorField.tsx';
import { KindField } from './KindField.tsx';
import { durationFlaw, rangeFlaw } from './validate-query.ts';
import { WordField } from './WordField.tsx';

/** Status, kind and durations of the matching span; of its whole trace too, except for metrics, which know only spans. */
export function SpanFields(props: EditorProps) {
  const { datasource, query, onEdit } = props;
  return (
    <Stack direction="row" gap={1} wrap="wrap" alignItems="flex-start">
      <WordField
        datasource={datasource}
        label="Status"
        words={STATUSES}
        value={query.status}
        onChoose={(status) => {
          onEdit({ status });
        }}
      />
      <KindField {...props} />
      <DurationRange
        name="Span duration"
        min={query.minDuration}
        max={query.maxDuration}
        onRange={(minDuration, maxDuration) => {
          onEdit({ minDuration, maxDuration });
        }}
      />
      {query.queryType !== 'metrics' && (
        <DurationRange
          name="Trace duration"
          min={query.minTraceDuration}
          max={query.maxTraceDuration}
          onRange={(minTraceDuration, maxTraceDuration) => {
            onEdit({ minTraceDuration, maxTraceDuration });
          }}
        />
      )}
    </Stack>
  );
}

interface DurationRangeProps {
  readonly name: string;
  readonly min: string | undefined;
  readonly max: string | undefined;
  readonly onRange: (min: string | undefined, max: string | undefined) => void;
}

function DurationRange({ name, min, max, onRange }: DurationRangeProps) {
  const id = useId();
  return (
    <>
      <EditorField label={`${name} from`} id={`${id}-min`} error={durationFlaw(min)}>
        <DraftInput
          id={`${id}-min`}
          width={14}
          placeholder="100ms"
          value={min ?? ''}
          onCommit={(text) => {
            onRange(text || undefined, max);
          }}
        />
      </EditorField>
      <EditorField label="to" id={`${id}-max`} error={rangeFlaw(min, max)}>
        <DraftInput
          id={`${id}-max`}
          width={14}
          placeholder="1.2s"
          value={max ?? ''}
          onCommit={(text) => {
            onRange(min, text || undefined);
          }}
        />
      </EditorField>
    </>
  );
}
