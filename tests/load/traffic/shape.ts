import type { RandomWords } from './random-words.ts';

/** Numbers are whole and not negative, text is ASCII. */
export type AttributeDraw = readonly [key: string, value: string | number];

export interface EventDraw {
  readonly name: string;
  /** After the start of its span. */
  readonly afterNanos: bigint;
  readonly attributes: readonly AttributeDraw[];
}

export interface LinkDraw {
  readonly traceId: Buffer;
  readonly spanId: Buffer;
  readonly attributes: readonly AttributeDraw[];
}

/** What kind of spans a load is made of. Values are drawn anew for every span. */
export interface Shape {
  readonly name: 'first' | 'second' | 'third';
  readonly spansPerTrace: (random: RandomWords) => number;
  /** On average; for how much time so many spans cover. */
  readonly meanSpansPerTrace: number;
  readonly attributes: (random: RandomWords) => readonly AttributeDraw[];
  readonly events: (random: RandomWords) => readonly EventDraw[];
  readonly links: (random: RandomWords) => readonly LinkDraw[];
  readonly resource: (service: string, pod: number) => readonly AttributeDraw[];
}

const METHODS = ['GET', 'GET', 'GET', 'POST', 'PUT', 'DELETE'];
const STATUS_CODES = [200, 200, 200, 200, 201, 204, 404, 500];

const none = (): readonly [] => [];

/** The first load of the performance notes: 14 attributes, four of them nearly unique, one of 9,000 values. */
export const FIRST: Shape = {
  name: 'first',
  spansPerTrace: (random) => 4 + random.below(29),
  meanSpansPerTrace: 18,
  attributes: (random) => [
    ['http.request.method', random.pick(METHODS)],
    ['http.route', `/api/v1/resource-${random.below(40)}/{id}`],
    ['http.response.status_code', random.pick(STATUS_CODES)],
    ['server.address', `node-${random.below(24)}.cluster.local`],
    ['thread.name', `worker-${random.below(16)}`],
    ['network.protocol.name', 'http'],
    ['network.protocol.version', '1.1'],
    ['server.port', 8080],
    [
      'user_agent.original',
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36',
    ],
    ['customer.id', `customer-${random.below(9000)}`],
    ['url.full', `https://shop.example/api/v1/resource/${random.below(1_000_000_000)}?view=full`],
    ['request.id', random.hex16()],
    ['session.id', random.hex16()],
    ['message.offset', random.below(1_000_000_000)],
  ],
  events: none,
  links: none,
  resource: (service, pod) => [
    ['service.name', service],
    ['service.version', '2.14.1'],
    ['service.instance.id', `${service}-${pod}-5d8f9c7b6d-x2x7q`],
    ['service.namespace', 'shop'],
    ['deployment.environment.name', 'production'],
    ['telemetry.sdk.name', 'opentelemetry'],
    ['telemetry.sdk.language', 'nodejs'],
    ['telemetry.sdk.version', '2.12.0'],
    ['k8s.namespace.name', 'shop'],
    ['k8s.pod.name', `${service}-${pod}`],
    ['k8s.node.name', `node-${pod}.cluster.local`],
    ['host.arch', 'amd64'],
  ],
};

const SECOND_KEYS = 97;
const SECOND_VALUES = 1000;
/** Coprime to the number of keys: steps of it meet eleven different ones. */
const KEY_STEP = 31;

/** An attribute of the second load, by the numbers of its key and its value. */
export function secondAttribute(key: number, value: number): AttributeDraw {
  return [`attribute.${key % SECOND_KEYS}`, `setting-${value % SECOND_VALUES}`];
}

/** The second load: traces of ten, 11 attributes out of 97 keys with 1,000 values each. */
export const SECOND: Shape = {
  name: 'second',
  spansPerTrace: () => 10,
  meanSpansPerTrace: 10,
  attributes: (random) => {
    const first = random.below(SECOND_KEYS);
    return Array.from({ length: 11 }, (_, index) =>
      secondAttribute(first + index * KEY_STEP, random.below(SECOND_VALUES)),
    );
  },
  events: none,
  links: none,
  resource: (service, pod) => [
    ['service.name', service],
    ['service.instance.id', `${service}-${pod}`],
    ['telemetry.sdk.language', 'nodejs'],
  ],
};

const ID_BYTES = 8;

/** The third load: as the first, and every other span has an event, every eighth a link. */
export const THIRD: Shape = {
  ...FIRST,
  name: 'third',
  events: (random) => {
    if (random.below(2) === 0) return [];
    const afterNanos = BigInt(random.below(50_000));
    return random.below(4) === 0
      ? [
          {
            name: 'exception',
            afterNanos,
            attributes: [
              ['exception.type', 'TimeoutError'],
              ['exception.message', `no answer from node-${random.below(24)}.cluster.local`],
            ],
          },
        ]
      : [{ name: 'message', afterNanos, attributes: [['message.id', random.below(1_000_000_000)]] }];
  },
  links: (random) => {
    if (random.below(8) !== 0) return [];
    const traceId = Buffer.from(random.hex16() + random.hex16(), 'hex');
    const spanId = Buffer.alloc(ID_BYTES);
    spanId.writeUInt32BE(random.next(), 4);
    spanId.writeUInt32BE(random.next(), 0);
    return [{ traceId, spanId, attributes: [['messaging.operation', 'receive']] }];
  },
};

export const SHAPES: Readonly<Record<Shape['name'], Shape>> = { first: FIRST, second: SECOND, third: THIRD };
