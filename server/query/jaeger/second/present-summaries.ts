import type { TraceSummary } from '../../../store/trace-store.ts';
import { goString } from '../../go/go-json.ts';
import { countMember, objectOf, textMember } from '../../otlp/proto-members.ts';

/** Elements of a list of summaries, joined by commas. */
export function presentSummaries(summaries: readonly TraceSummary[]): string {
  return summaries.map(presentSummary).join(',');
}

/**
 * What is zero or empty is left out, as proto's JSON has it; but never a time or the name of a service, because the Jaeger
 * UI refuses all summaries if one of them lacks these.
 */
function presentSummary(summary: TraceSummary): string {
  return objectOf([
    `"traceId":"${summary.traceId}"`,
    ...(summary.hasRoot ? [textMember('rootServiceName', summary.rootService)] : []),
    ...(summary.hasRoot ? [textMember('rootOperationName', summary.rootName)] : []),
    `"minStartTimeUnixNano":"${summary.startNanos}"`,
    `"maxEndTimeUnixNano":"${summary.endNanos}"`,
    countMember('spanCount', summary.spanCount),
    countMember('errorSpanCount', summary.errorCount),
    countMember('orphanSpanCount', summary.orphanCount),
    `"services":[${[...summary.services].sort(byName).map(presentService).join(',')}]`,
  ]);
}

type Service = TraceSummary['services'][number];

function presentService({ service, spanCount, errorCount }: Service): string {
  return objectOf([
    `"name":${goString(service)}`,
    countMember('spanCount', spanCount),
    countMember('errorSpanCount', errorCount),
  ]);
}

function byName(a: Service, b: Service): number {
  if (a.service === b.service) return 0;
  return a.service < b.service ? -1 : 1;
}
