import type { Layout } from './layout.ts';
import type { Needle, Query } from './queries.ts';
import { SPACE, statement } from './queries.ts';

/** Questions that trace times, rates and counts answer, from side tables or from projections; none without them. */
export function compileAsideQueries({ aside, durationQuantiles }: Layout, needle: Needle): Query[] {
  const byId = `${SPACE} AND trace_id = unhex('${needle.traceId}')`;
  const minute = 'toStartOfMinute(toDateTime(start))';
  const merge = durationQuantiles.replace('(', 'Merge(');
  const sinceHour = `toDateTime(${Math.floor(needle.lastSecond / 60) * 60 - 3600}, 'UTC')`;
  const space = 'tenant, db, table';
  switch (aside) {
    case 'none':
      return [];
    case 'views':
      return [
        statement('trace times', `SELECT min(first), max(last) FROM trace_times WHERE ${byId}`),
        statement(
          'rates of a service, 1 h in 60 points',
          `SELECT minute, sum(calls), sum(errors), ${merge}(durations) FROM rates
           WHERE ${SPACE} AND minute >= ${sinceHour} AND service = 'service-07' GROUP BY minute`,
        ),
        statement(
          'spaces',
          `SELECT ${space}, sum(calls), min(first), max(last) FROM spaces GROUP BY ${space}`,
        ),
      ];
    case 'projections':
      return [
        statement(
          'trace times',
          `SELECT minMerge(\`min(bucket)\`), maxMerge(\`max(bucket)\`) FROM ${projection('trace_times')} WHERE ${byId}`,
        ),
        statement('trace times, plain', `SELECT min(bucket), max(bucket) FROM spans WHERE ${byId}`),
        statement(
          'rates of a service, 1 h in 60 points',
          `SELECT \`${minute}\` AS minute, countMerge(\`count()\`), countIfMerge(\`countIf(equals(status, 'error'))\`),
             ${merge}(\`${durationQuantiles}(duration)\`)
           FROM ${projection('rates')}
           WHERE ${SPACE} AND minute >= ${sinceHour} AND service = 'service-07' GROUP BY minute`,
        ),
        statement(
          'rates, plain',
          `SELECT ${minute} AS minute, count(), countIf(status = 'error'), ${durationQuantiles}(duration) FROM spans
           WHERE ${SPACE} AND ${minute} >= ${sinceHour} AND service = 'service-07' GROUP BY minute`,
        ),
        statement(
          'spaces',
          `SELECT ${space}, countMerge(\`count()\`), minMerge(\`min(start)\`), maxMerge(\`max(start)\`)
           FROM ${projection('spaces')} GROUP BY ${space}`,
        ),
      ];
  }
}

function projection(name: string): string {
  return `mergeTreeProjection('default', 'spans', '${name}')`;
}
