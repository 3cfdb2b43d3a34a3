import { expect } from 'vitest';
import { z } from 'zod';
import { definitionOf, type ServiceName } from '../../../server/query/jaeger/grpc/interface/interfaces.ts';
import type { Answer } from '../../support/query-client.ts';

/** What a client needs of an answer: throws where it would stumble. */
export type Need = (answer: Answer) => void;

const HEX_16 = /^[0-9a-f]{16}$/;
const HEX_32 = /^[0-9a-f]{32}$/;
const DIGITS = /^\d+$/;
const COUNT = z.int().nonnegative();
/** Go reads neither fractions nor exponents into its integers, whatever their value. */
const BROKEN_INTEGER = /"(?:startTime|duration|timestamp|callCount|total)":-?\d*[.eE]/;

const NAMES = z.array(z.string());

const TAG = z.discriminatedUnion('type', [
  z.object({ key: z.string(), type: z.literal(['string', 'binary']), value: z.string() }),
  z.object({ key: z.string(), type: z.literal('bool'), value: z.boolean() }),
  // JavaScript cannot read every one of them as a number.
  z.object({ key: z.string(), type: z.literal('int64'), value: z.union([z.int(), z.string().regex(/^-?\d+$/)]) }),
  z.object({ key: z.string(), type: z.literal('float64'), value: z.union([z.number(), z.string()]) }),
]); // prettier-ignore

const LEGACY_ID = z.union([z.string().regex(HEX_16), z.string().regex(HEX_32)]);

const LEGACY_TRACE = z
  .object({
    traceID: LEGACY_ID,
    spans: z
      .array(
        z.object({
          traceID: LEGACY_ID,
          spanID: z.string().regex(HEX_16),
          operationName: z.string(),
          references: z.array(
            z.object({
              refType: z.literal(['CHILD_OF', 'FOLLOWS_FROM']),
              traceID: LEGACY_ID,
              spanID: z.string(),
            }),
          ),
          startTime: COUNT,
          duration: COUNT,
          tags: z.array(TAG),
          logs: z.array(z.object({ timestamp: COUNT, fields: z.array(TAG) })),
          processID: z.string(),
          warnings: NAMES.nullable(),
        }),
      )
      .min(1),
    processes: z.record(z.string(), z.object({ serviceName: z.string(), tags: z.array(TAG) })),
    warnings: NAMES.nullable(),
  })
  .refine(({ spans, processes }) => spans.every(({ processID }) => processID in processes));

const LEGACY_TRACES = z.array(LEGACY_TRACE);

const OTLP_VALUE = z.union([
  z.strictObject({ stringValue: z.string() }),
  z.strictObject({ intValue: z.string().regex(/^-?\d+$/) }),
  z.strictObject({ doubleValue: z.union([z.number(), z.literal(['NaN', 'Infinity', '-Infinity'])]) }),
  z.strictObject({ boolValue: z.boolean() }),
  z.strictObject({ bytesValue: z.base64() }),
  z.strictObject({ arrayValue: z.looseObject({}) }),
  z.strictObject({ kvlistValue: z.looseObject({}) }),
  z.strictObject({}),
]);
const OTLP_ATTRIBUTES = z.array(z.object({ key: z.string(), value: OTLP_VALUE })).optional();

const OTLP_TRACES = z.object({
  result: z.object({
    resourceSpans: z
      .array(
        z.object({
          resource: z.object({ attributes: OTLP_ATTRIBUTES }),
          scopeSpans: z
            .array(
              z.object({
                scope: z.object({}),
                spans: z
                  .array(
                    z.object({
                      traceId: z.string().regex(HEX_32),
                      spanId: z.string().regex(HEX_16),
                      kind: z.int().optional(),
                      startTimeUnixNano: z.string().regex(DIGITS),
                      endTimeUnixNano: z.string().regex(DIGITS),
                      attributes: OTLP_ATTRIBUTES,
                      status: z.object({ code: z.int().optional() }),
                    }),
                  )
                  .min(1),
              }),
            )
            .min(1),
        }),
      )
      .min(1),
  }),
});

/** As the Jaeger UI checks them before it shows any. */
const SUMMARIES = z.object({
  summaries: z.array(
    z.object({
      traceId: z.string().regex(HEX_32),
      rootServiceName: z.string().optional(),
      rootOperationName: z.string().optional(),
      minStartTimeUnixNano: z.string().regex(DIGITS),
      maxEndTimeUnixNano: z.string().regex(DIGITS),
      spanCount: COUNT,
      errorSpanCount: COUNT.optional(),
      orphanSpanCount: COUNT.optional(),
      services: z.array(
        z.object({ name: z.string(), spanCount: COUNT.optional(), errorSpanCount: COUNT.optional() }),
      ),
    }),
  ),
});

const DEPENDENCIES = z.array(z.object({ parent: z.string(), child: z.string(), callCount: COUNT })).min(1);

const LABEL = z.object({ name: z.string(), value: z.string() });
const METRIC_FAMILY = z.object({
  name: z.string(),
  type: z.literal('GAUGE'),
  help: z.string(),
  metrics: z
    .array(
      z.object({
        labels: z.tuple([z.object({ name: z.literal('service_name'), value: z.string() })], LABEL),
        metricPoints: z
          .array(
            z.object({
              gaugeValue: z.object({ doubleValue: z.union([z.number(), z.literal('NaN')]) }),
              timestamp: z.iso.datetime(),
            }),
          )
          .min(1),
      }),
    )
    .min(1),
});

const DEEP_DEPENDENCIES = z.object({
  dependencies: z
    .array(
      z.object({
        path: z.array(z.object({ service: z.string(), operation: z.string() })).min(1),
        attributes: z.array(z.object({ key: z.string(), value: z.string() })),
      }),
    )
    .min(1),
});

const QUALITY = z.object({
  traceQualityDocumentationLink: z.url(),
  bannerText: z.object({ value: z.string() }),
  scores: z
    .array(z.object({ key: z.string(), label: z.string(), max: z.number(), value: z.number() }))
    .min(1),
  metrics: z.array(z.object({ name: z.string(), passCount: COUNT, failureCount: COUNT })).min(1),
  clients: z.array(z.looseObject({})),
});

const ERRORS = z.object({
  data: z.null(),
  errors: z.tuple([z.object({ code: z.int(), msg: z.string().min(1) })]),
});

/** The first generation's envelope; what is in it is checked apart. */
function enveloped(data: z.ZodType, errors: z.ZodType = z.null()): z.ZodType {
  return z.strictObject({
    data,
    total: COUNT,
    limit: z.literal(0),
    offset: z.literal(0),
    errors,
  });
}

export const SERVICES = jsonOf(enveloped(NAMES.min(1)));
export const OPERATION_NAMES = jsonOf(enveloped(NAMES.min(1)));
export const NO_OPERATION_NAMES = jsonOf(enveloped(z.null()));
export const KINDED_OPERATIONS = jsonOf(
  enveloped(z.array(z.object({ name: z.string(), spanKind: z.string() })).min(1)),
);
export const TRACES = jsonOf(enveloped(LEGACY_TRACES.min(1)));
export const ONE_TRACE = jsonOf(enveloped(LEGACY_TRACES.length(1)));
export const NO_TRACES = jsonOf(enveloped(z.tuple([])));
export const SOME_TRACES_AND_ERRORS = jsonOf(
  z.object({
    data: LEGACY_TRACES.min(1),
    errors: z.array(z.strictObject({ msg: z.literal('trace not found'), traceID: LEGACY_ID })).min(1),
  }),
);
/** The one answer whose errors are a list although there are none. */
export const ARCHIVED = jsonOf(enveloped(z.tuple([]), z.tuple([])));
export const LINKS = jsonOf(enveloped(DEPENDENCIES));
export const MIN_STEP = jsonOf(enveloped(z.literal(1)));
export const FAMILY = jsonOf(METRIC_FAMILY);
export const PATHS = jsonOf(DEEP_DEPENDENCIES);
export const QUALITY_METRICS = jsonOf(QUALITY);
export const V3_SERVICES = jsonOf(z.strictObject({ services: NAMES.min(1) }));
export const V3_OPERATIONS = jsonOf(
  z.strictObject({ operations: z.array(z.strictObject({ name: z.string(), spanKind: z.string() })).min(1) }),
);
export const SOME_SUMMARIES = jsonOf(
  SUMMARIES.refine(({ summaries }) => summaries.length > 0, 'nothing was found'),
);
export const NO_SUMMARIES = jsonOf(z.strictObject({ summaries: z.tuple([]) }));
export const OTLP = jsonOf(OTLP_TRACES);

/** Whatever says what went wrong: the UI shows `errors[].msg`. */
export function refused(code: number): Need {
  return ({ status, headers, text }) => {
    expect([status, headers.get('content-type')]).toEqual([code, 'text/plain; charset=utf-8']);
    expect(ERRORS.parse(JSON.parse(text)).errors[0].code).toBe(code);
  };
}

/** A page that may stand in a frame of another site, and in which nothing is left to be replaced. */
export function pageWith(...parts: readonly string[]): Need {
  return ({ status, headers, text }) => {
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(headers.get('x-frame-options')).toBeNull();
    expect(headers.get('content-security-policy') ?? '').not.toContain('frame-ancestors');
    for (const part of parts) expect(text).toContain(part);
  };
}

export function every(...needs: readonly Need[]): Need {
  return (answer) => {
    for (const need of needs) need(answer);
  };
}

/** So many traces at most, the newest first. */
export function newestFirst(limit: number): Need {
  return ({ text }) => {
    const { data } = JSON.parse(text) as { data: { spans: { startTime: number }[] }[] };
    const starts = data.map(({ spans }) => Math.min(...spans.map(({ startTime }) => startTime)));
    expect(starts.length).toBeLessThanOrEqual(limit);
    expect(starts).toEqual(starts.toSorted((a, b) => b - a));
  };
}

export function says(...parts: readonly string[]): Need {
  return ({ text }) => {
    for (const part of parts) expect(text).toContain(part);
  };
}

function jsonOf(schema: z.ZodType): Need {
  return ({ status, headers, text }) => {
    expect([status, headers.get('content-type')], text).toEqual([200, 'application/json']);
    expect(text).not.toMatch(BROKEN_INTEGER);
    const { success, error } = schema.safeParse(JSON.parse(text));
    expect(success, error?.message).toBe(true);
  };
}

/** The messages of a call that must have gone well, as the library that clients use reads them. */
export function messagesOf(service: ServiceName, method: string, answer: Answer): readonly never[] {
  expect(answer.status).toBe(0);
  const { responseDeserialize } = definitionOf(service)[method]!;
  return answer.messages.map((message) => responseDeserialize(message) as never);
}
