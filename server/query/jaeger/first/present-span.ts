import type { Scope, Span, SpanEvent } from '../../../span/span.ts';
import type { AdjustedSpan } from '../adjust/adjusted-span.ts';
import { goString } from '../../go/go-json.ts';
import { presentReferences, presentTraceId } from './present-references.ts';
import { type TagPresenter, withTag } from './present-tags.ts';
import type { ProcessTable } from './process-table.ts';

const STATUS_TAGS = {
  ok: '{"key":"otel.status_code","type":"string","value":"OK"}',
  error:
    '{"key":"otel.status_code","type":"string","value":"ERROR"},{"key":"error","type":"bool","value":true}',
};

/** Presents the spans of one trace; what they share is presented once. */
export class SpanPresenter {
  readonly #tags: TagPresenter;
  readonly #processes: ProcessTable;
  readonly #scopeTags = new Map<Scope, string>();

  constructor(tags: TagPresenter, processes: ProcessTable) {
    this.#tags = tags;
    this.#processes = processes;
  }

  present({ span, warnings }: AdjustedSpan): string {
    return (
      `{"traceID":"${presentTraceId(span.traceId)}","spanID":"${span.spanId}"` +
      `,"operationName":${goString(span.name)},"references":[${presentReferences(span)}]` +
      `,"startTime":${micros(span.startNanos)},"duration":${micros(span.durationNanos)}` +
      `,"tags":[${this.#spanTags(span)}],"logs":[${this.#logs(span)}]` +
      `,"processID":"${this.#processes.idOf(span)}","warnings":${presentWarnings(warnings)}}`
    );
  }

  /** What OpenTelemetry has fields for and Jaeger has not stands around the attributes, each at its place. */
  #spanTags(span: Span): string {
    let tags = this.#tags.withAll(this.#ofScope(span.scope), span.attributes);
    if (span.kind !== 'unspecified') tags = this.#tags.withText(tags, 'span.kind', span.kind);
    if (span.statusCode !== 'unset') tags = withTag(tags, STATUS_TAGS[span.statusCode]);
    tags = this.#tags.withText(tags, 'otel.status_description', span.statusMessage);
    return this.#tags.withText(tags, 'w3c.tracestate', span.traceState);
  }

  #ofScope(scope: Scope): string {
    let tags = this.#scopeTags.get(scope);
    if (tags === undefined) {
      tags = this.#tags.withText('', 'otel.scope.name', scope.name);
      tags = this.#tags.withText(tags, 'otel.scope.version', scope.version);
      this.#scopeTags.set(scope, tags);
    }
    return tags;
  }

  #logs({ events }: Span): string {
    return events.length === 0 ? '' : events.map((event) => this.#log(event)).join(',');
  }

  /** The name is one field among the attributes; where there is such an attribute, it speaks for itself. */
  #log({ timeNanos, name, attributes }: SpanEvent): string {
    const isNamed = attributes.some(({ key }) => key === 'event');
    const named = isNamed ? '' : this.#tags.withText('', 'event', name);
    return `{"timestamp":${micros(timeNanos)},"fields":[${this.#tags.withAll(named, attributes)}]}`;
  }
}

function presentWarnings(warnings: readonly string[]): string {
  return warnings.length === 0 ? 'null' : `[${warnings.map(goString).join(',')}]`;
}

/** Whole microseconds that have passed. */
function micros(nanos: bigint): string {
  return (nanos / 1_000n).toString();
}
