import {
  type Frame,
  type Notice,
  float64Field,
  int64Field,
  jsonField,
  optionalJsonField,
  optionalStringField,
  stringField,
} from '../../frames/frame.ts';
import { msOf } from '../window.ts';
import type { TraceLog, TraceSpan } from './trace-span.ts';

const ERROR_COLOR = '#E02F44';

export interface TraceFacts {
  readonly refId: string;
  readonly executed: string;
  readonly notices: readonly Notice[];
}

/** The frame that Grafana's trace view takes, with every column that it knows. */
export function presentTrace(spans: readonly TraceSpan[], { refId, executed, notices }: TraceFacts): Frame {
  const all = <T>(read: (span: TraceSpan) => T): T[] => spans.map(read);
  return {
    name: refId,
    refId,
    meta: {
      preferredVisualisationType: 'trace',
      custom: { traceFormat: 'otlp' },
      executedQueryString: executed,
      ...(notices.length === 0 ? {} : { notices }),
    },
    fields: [
      stringField(
        'traceID',
        all(({ traceId }) => traceId),
      ),
      stringField(
        'spanID',
        all(({ spanId }) => spanId),
      ),
      optionalStringField(
        'parentSpanID',
        all(({ parentSpanId }) => parentSpanId),
      ),
      stringField(
        'operationName',
        all(({ operation }) => operation),
      ),
      stringField(
        'serviceName',
        all(({ service }) => service),
      ),
      stringField(
        'serviceNamespace',
        all(({ serviceNamespace }) => serviceNamespace),
      ),
      jsonField(
        'serviceTags',
        all(({ serviceTags }) => serviceTags),
      ),
      float64Field(
        'startTime',
        all(({ startNanos }) => msOf(startNanos)),
      ),
      float64Field(
        'duration',
        all(({ durationNanos }) => msOf(durationNanos)),
      ),
      jsonField(
        'logs',
        all(({ logs }) => logs.map(presentLog)),
      ),
      jsonField(
        'references',
        all(({ references }) => references),
      ),
      jsonField(
        'tags',
        all(({ tags }) => tags),
      ),
      optionalJsonField(
        'warnings',
        all(({ warnings }) => (warnings.length === 0 ? null : warnings)),
      ),
      optionalJsonField('stackTraces', all(stackTracesOf)),
      stringField(
        'kind',
        all(({ kind }) => kind),
      ),
      int64Field(
        'statusCode',
        all(({ statusCode }) => BigInt(statusCode)),
      ),
      stringField(
        'statusMessage',
        all(({ statusMessage }) => statusMessage),
      ),
      stringField(
        'instrumentationLibraryName',
        all(({ scopeName }) => scopeName),
      ),
      stringField(
        'instrumentationLibraryVersion',
        all(({ scopeVersion }) => scopeVersion),
      ),
      stringField(
        'traceState',
        all(({ traceState }) => traceState),
      ),
      optionalStringField(
        'errorIconColor',
        all(({ statusCode }) => (statusCode === 2 ? ERROR_COLOR : null)),
      ),
    ],
  };
}

function presentLog({ timeNanos, name, fields }: TraceLog): object {
  return { timestamp: msOf(timeNanos), name, fields };
}

/** Of the exceptions among the events. */
function stackTracesOf({ logs }: TraceSpan): readonly string[] | null {
  const traces = logs
    .flatMap(({ fields }) => fields)
    .filter(({ key }) => key === 'exception.stacktrace')
    .map(({ value }) => String(value));
  return traces.length === 0 ? null : traces;
}
