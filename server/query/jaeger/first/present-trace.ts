import type { AdjustedSpan } from '../adjust/adjusted-span.ts';
import { presentTraceId } from './present-references.ts';
import { SpanPresenter } from './present-span.ts';
import { TagPresenter } from './present-tags.ts';
import { ProcessTable } from './process-table.ts';

/** Enough that a write is worth its call, little enough to wait for a slow client with. */
const PIECE_CHARS = 32 * 1024;

/**
 * One trace as the first generation of the API has it: compact JSON as Go writes it, in pieces of about 32 KiB (one span
 * is never cut). The trace is held once as spans and never as one text.
 */
export function* presentTrace(spans: readonly AdjustedSpan[]): Generator<string> {
  const tags = new TagPresenter();
  const processes = new ProcessTable(tags);
  const presenter = new SpanPresenter(tags, processes);
  const traceId = spans.length === 0 ? '' : presentTraceId(spans[0]!.span.traceId);
  let piece = `{"traceID":"${traceId}","spans":[`;
  let separator = '';
  for (const span of spans) {
    piece += separator + presenter.present(span);
    separator = ',';
    if (piece.length < PIECE_CHARS) continue;
    yield piece;
    piece = '';
  }
  piece += '],"processes":{';
  separator = '';
  for (const member of processes.members()) {
    piece += separator + member;
    separator = ',';
    if (piece.length < PIECE_CHARS) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}},"warnings":null}`;
}
