import { type Frame, type FrameMeta, jsonField, stringField, timeField } from '../../frames/frame.ts';
import { spanLink, traceLink } from '../links.ts';
import type { QueryContext } from '../query-handler.ts';
import type { EventfulSpan, FoundEvents } from './ask.ts';

type SpanEvent = EventfulSpan['events'][number];

interface Line {
  readonly span: EventfulSpan;
  readonly event: SpanEvent;
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Attributes that hold what an event has to say, the most telling first. */
const MESSAGES = ['exception.message', 'message', 'log.message', 'event.message', 'body'];
const SEVERITIES = ['severity', 'log.severity', 'level', 'log.level'];

/** Events as lines of a log, the newest first. */
export function presentEvents(
  found: FoundEvents,
  refId: string,
  dataSource: QueryContext['dataSource'],
): Frame {
  const lines = found.spans.flatMap(linesOf).sort(newestFirst);
  const all = <T>(read: (line: Line) => T): T[] => lines.map(read);
  return {
    name: 'events',
    refId,
    meta: metaOf(found),
    fields: [
      timeField(
        'timestamp',
        all(({ event }) => event.timeNanos),
      ),
      stringField('body', all(bodyOf)),
      stringField('severity', all(severityOf)),
      stringField(
        'id',
        all(({ id }) => id),
      ),
      jsonField(
        'labels',
        all(({ span, attributes }) => ({ service: span.service, span: span.name, ...attributes })),
      ),
      stringField(
        'traceID',
        all(({ span }) => span.traceId),
        { links: [traceLink(dataSource)] },
      ),
      stringField(
        'spanID',
        all(({ span }) => span.spanId),
        { links: [spanLink(dataSource, 'traceID')] },
      ),
    ],
  };
}

function metaOf({ spans, more, executed }: FoundEvents): FrameMeta {
  const text = `Only the events of the newest ${spans.length} spans are shown; there are more. Raise the limit, or narrow the search or the time range.`;
  return {
    type: 'log-lines',
    typeVersion: [0, 0],
    preferredVisualisationType: 'logs',
    executedQueryString: executed,
    ...(more ? { notices: [{ severity: 'warning', text }] } : {}),
  };
}

function linesOf(span: EventfulSpan): readonly Line[] {
  return span.events.map((event, at) => ({
    span,
    event,
    id: `${span.traceId}-${span.spanId}-${at}`,
    attributes: Object.fromEntries(event.attributes.map(({ key, value }) => [key, textOf(value)])),
  }));
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined ? '' : JSON.stringify(value);
}

function newestFirst({ event: one }: Line, { event: other }: Line): number {
  return one.timeNanos > other.timeNanos ? -1 : Number(one.timeNanos < other.timeNanos);
}

function bodyOf({ event, attributes }: Line): string {
  const message = MESSAGES.map((key) => attributes[key]).find((text) => text !== undefined && text !== '');
  const kind = attributes['exception.type'] ?? '';
  const words = [event.name, kind, message ?? ''].filter((word) => word !== '');
  const stack = attributes['exception.stacktrace'] ?? '';
  return stack === '' ? words.join(': ') : `${words.join(': ')}\n${stack}`;
}

function severityOf({ span, event, attributes }: Line): string {
  const given = SEVERITIES.map((key) => attributes[key]).find((text) => text !== undefined && text !== '');
  if (given !== undefined) return given.toLowerCase();
  return event.name === 'exception' || span.status === 'error' ? 'error' : 'info';
}
