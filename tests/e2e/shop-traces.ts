/** A visit to a make-believe shop, in JSON of OTLP: three services, one that fails, a queue that is linked. */
export interface ShopVisit {
  readonly traceId: string;
  /** Of the first span. */
  readonly startMs: number;
  readonly durationMs: number;
}

export const SHOP_SERVICES = ['cart', 'frontend', 'payment'] as const;
export const SHOP_OPERATIONS = ['GET /checkout', 'call cart', 'publish order'] as const;
export const SPANS_PER_VISIT = 6;

/** Numbers of OTLP. */
const KIND = { server: 2, client: 3, producer: 4, consumer: 5 } as const;
const ERROR = 2;

/** An export request with all of them. */
export function presentVisits(visits: readonly ShopVisit[]): string {
  const of = (service: string, spans: (visit: ShopVisit) => object[]): object => ({
    resource: { attributes: [text('service.name', service), text('host.name', `${service}-1`)] },
    scopeSpans: [{ scope: { name: 'shop', version: '1.0' }, spans: visits.flatMap(spans) }],
  });
  return JSON.stringify({
    resourceSpans: [of('frontend', frontendSpans), of('cart', cartSpans), of('payment', paymentSpans)],
  });
}

function frontendSpans(visit: ShopVisit): object[] {
  return [
    spanOf(visit, { id: 1, name: 'GET /checkout', kind: 'server', from: 0, to: 1 }),
    spanOf(visit, { id: 2, parent: 1, name: 'call cart', kind: 'client', from: 0.1, to: 0.4 }),
    spanOf(visit, { id: 5, parent: 1, name: 'publish order', kind: 'producer', from: 0.5, to: 0.6 }),
  ];
}

function cartSpans(visit: ShopVisit): object[] {
  return [
    spanOf(visit, {
      id: 3,
      parent: 2,
      name: 'GET /cart',
      kind: 'server',
      from: 0.15,
      to: 0.35,
      failed: true,
    }),
    spanOf(visit, {
      id: 4,
      parent: 3,
      name: 'SELECT cart',
      kind: 'client',
      from: 0.2,
      to: 0.3,
      failed: true,
    }),
  ];
}

function paymentSpans(visit: ShopVisit): object[] {
  const links = [{ traceId: visit.traceId, spanId: spanId(visit, 1) }];
  return [
    {
      ...spanOf(visit, { id: 6, parent: 5, name: 'take payment', kind: 'consumer', from: 0.65, to: 0.9 }),
      links,
    },
  ];
}

interface Step {
  readonly id: number;
  readonly parent?: number;
  readonly name: string;
  readonly kind: keyof typeof KIND;
  /** Shares of the visit. */
  readonly from: number;
  readonly to: number;
  readonly failed?: boolean;
}

function spanOf(visit: ShopVisit, { id, parent, name, kind, from, to, failed }: Step): object {
  const at = (share: number): string => `${Math.round(visit.startMs + visit.durationMs * share)}000000`;
  return {
    traceId: visit.traceId,
    spanId: spanId(visit, id),
    ...(parent === undefined ? {} : { parentSpanId: spanId(visit, parent) }),
    name,
    kind: KIND[kind],
    startTimeUnixNano: at(from),
    endTimeUnixNano: at(to),
    attributes: [
      text('http.request.method', 'GET'),
      { key: 'attempt', value: { intValue: '1' } },
      { key: 'cached', value: { boolValue: false } },
      { key: 'share', value: { doubleValue: to } },
    ],
    events: [{ timeUnixNano: at(from), name: 'began', attributes: [text('note', '<b>not bold</b>')] }],
    status: failed === true ? { code: ERROR, message: 'no such table' } : {},
  };
}

function spanId({ traceId }: ShopVisit, id: number): string {
  return `${traceId.slice(-8)}${String(id).padStart(8, '0')}`;
}

function text(key: string, value: string): object {
  return { key, value: { stringValue: value } };
}
