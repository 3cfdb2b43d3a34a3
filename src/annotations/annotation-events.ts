import { type AnnotationEvent, type DataFrame, type Field, FieldType } from '@grafana/data';
import type { AnnotationKind } from './annotation-query.ts';

/** Frames of an annotation's query → marks on a graph. */
export function annotationEvents(kind: AnnotationKind, frames: readonly DataFrame[]): AnnotationEvent[] {
  return frames.flatMap((frame) => (kind === 'deploys' ? deploysOf(frame) : foundOf(kind, frame)));
}

const SPAN_NAMES = ['service', 'spanName', 'statusMessage'];

/** Every row of a search is one mark, as long as what was found. */
function foundOf(kind: AnnotationKind, frame: DataFrame): AnnotationEvent[] {
  const start = fieldOf(frame, 'startTime');
  if (start === undefined) return [];
  const durationMs = durationReader(fieldOf(frame, 'duration'));
  const names = fieldOf(frame, 'traceName') === undefined ? SPAN_NAMES : ['traceName'];
  const traceIds = fieldOf(frame, 'traceID');
  return Array.from({ length: frame.length }, (_, row) => {
    const time = Number(start.values[row]);
    const traceId = traceIds?.values[row] as string | undefined;
    const words = names.map((name) => fieldOf(frame, name)?.values[row] as unknown).filter(isText);
    return {
      time,
      timeEnd: time + durationMs(row),
      isRegion: durationMs(row) >= 1,
      title: kind === 'errors' ? 'Failed span' : 'Slow trace',
      text: [...words, ...(traceId === undefined ? [] : [`Trace ${traceId}`])].join(' · '),
      tags: [kind === 'errors' ? 'error' : 'slow'],
      ...(traceId !== undefined && { id: `${traceId}-${row}` }),
    };
  });
}

/** A value that has spans for the first time in the middle of what is shown has just been deployed. */
function deploysOf(frame: DataFrame): AnnotationEvent[] {
  const times = frame.fields.find(({ type }) => type === FieldType.time);
  if (times === undefined) return [];
  return frame.fields
    .filter(({ type }) => type === FieldType.number)
    .flatMap((field) => {
      const first = field.values.findIndex((value) => Number(value) > 0);
      const labels = Object.values(field.labels ?? {});
      // Without a value of the attribute nothing was deployed; from the first step on it was there before.
      if (first <= 0 || labels.length === 0 || labels.includes('')) return [];
      return [{ time: Number(times.values[first]), title: 'Deployed', text: labels.join(' '), tags: labels }];
    });
}

function fieldOf(frame: DataFrame, name: string): Field | undefined {
  return frame.fields.find((field) => field.name === name);
}

const MS_OF_UNIT: Readonly<Record<string, number>> = { ns: 1e-6, µs: 1e-3, us: 1e-3, ms: 1, s: 1e3 };

function durationReader(field: Field | undefined): (row: number) => number {
  const factor = MS_OF_UNIT[field?.config.unit ?? 'ms'] ?? 1;
  return (row) => Number(field?.values[row] ?? 0) * factor;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
