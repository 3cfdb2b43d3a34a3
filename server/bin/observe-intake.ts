import type { FinishedRequest } from '../ingest/edge.ts';
import type { Intake } from '../ingest/intake.ts';
import type { IntakeMetrics } from '../platform/metrics.ts';

/** The same intake, with what it let in and refused counted. */
export function countReceipts(intake: Intake, metrics: IntakeMetrics): Intake {
  return {
    admit: (bytes) => {
      const release = intake.admit(bytes);
      metrics.inflightBytes.inc(bytes);
      let released = false;
      return () => {
        if (!released) metrics.inflightBytes.dec(bytes);
        released = true;
        release();
      };
    },
    accept: async (space, body, decode) => {
      const receipt = await intake.accept(space, body, decode);
      metrics.accepted.inc(receipt.accepted);
      metrics.fragments.inc(receipt.fragments);
      metrics.clamped.inc(receipt.clamped);
      for (const [reason, spans] of Object.entries(receipt.reasons)) metrics.refused.inc({ reason }, spans);
      return receipt;
    },
  };
}

/** Counts requests by how they came and how they ended. */
export function countRequests(metrics: IntakeMetrics): (finished: FinishedRequest) => void {
  return ({ protocol, format, outcome, bodyBytes, durationMs }) => {
    const name = format === undefined ? protocol : `${protocol}-${format}`;
    metrics.requests.inc({ protocol: name, code: outcome });
    metrics.requestSeconds.observe({ protocol: name }, durationMs / 1000);
    metrics.bodyBytes.inc({ protocol: name }, bodyBytes);
  };
}
