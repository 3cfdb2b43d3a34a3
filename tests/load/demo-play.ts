import {
  type Attributes,
  type Context,
  type HrTime,
  type Link,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import type { Random } from './demo-random.ts';
import {
  type Call,
  type Consumer,
  JOURNEYS,
  type Publish,
  type Query,
  type Service,
  type Step,
} from './demo-shop.ts';

/** Where a journey is played: the services of one tenant, and the tenant's own chance. */
export interface Stage {
  readonly tracer: (service: Service) => Tracer;
  readonly random: Random;
}

/** A point of the story: which service is at work, inside which span, at what time. */
interface Scene extends Stage {
  readonly service: Service;
  readonly context: Context;
  readonly atMs: number;
}

/** When a step was over, and what went wrong with it. */
interface Ending {
  readonly atMs: number;
  readonly error?: { readonly type: string; readonly message: string };
}

const SLOW_FACTOR = 10;
const RETRY_PAUSE_MS = 25;

/** Plays one customer's visit that began at `startMs`; its spans end when they would have. */
export function playJourney(stage: Stage, startMs: number): void {
  const call = pickJourney(stage.random);
  serve(call, { ...stage, service: call.service, context: ROOT_CONTEXT, atMs: startMs });
}

function pickJourney(random: Random): Call {
  const total = JOURNEYS.reduce((sum, { weight }) => sum + weight, 0);
  let rest = random.next() * total;
  const chosen = JOURNEYS.find(({ weight }) => (rest -= weight) < 0) ?? JOURNEYS[0]!;
  return chosen.call;
}

function play(step: Step, scene: Scene): Ending {
  switch (step.kind) {
    case 'call':
      return callWithRetries(step, scene);
    case 'query':
      return runQuery(step, scene);
    case 'publish':
      return publish(step, scene);
  }
}

function callWithRetries(call: Call, scene: Scene): Ending {
  let ending = callOnce(call, scene, 0);
  for (let attempt = 1; ending.error !== undefined && attempt <= (call.retries ?? 0); attempt++) {
    ending = callOnce(call, { ...scene, atMs: ending.atMs + RETRY_PAUSE_MS * attempt }, attempt);
  }
  return call.optional === true ? { atMs: ending.atMs } : ending;
}

/** The caller's side, with the called one's inside. */
function callOnce(call: Call, scene: Scene, attempt: number): Ending {
  const span = start(scene, call.method, SpanKind.CLIENT, {
    'http.request.method': call.method,
    'server.address': `${call.service}.internal`,
    'url.template': call.route,
    ...(attempt > 0 ? { 'http.request.resend_count': attempt } : {}),
  });
  const network = scene.random.between(0.2, 2);
  const inner = serve(call, {
    ...scene,
    service: call.service,
    context: trace.setSpan(scene.context, span),
    atMs: scene.atMs + network,
  });
  return end(span, { ...inner, atMs: inner.atMs + network });
}

/** The called side: its own work, and each of its steps in turn until one fails. */
function serve(call: Call, scene: Scene): Ending {
  const { random } = scene;
  const span = start(scene, `${call.method} ${call.route}`, SpanKind.SERVER, {
    'http.request.method': call.method,
    'http.route': call.route,
    'url.path': call.route.replace(/\{\w+\}/, random.hex(6)),
    'enduser.id': `customer-${Math.floor(random.between(1, 5_000))}`,
    'net.peer.port': Math.floor(random.between(30_000, 60_000)),
  });
  const slow = call.slow !== undefined && random.chance(call.slow);
  const ownMs = random.between(...call.takesMs) * (slow ? SLOW_FACTOR : 1);
  const inside = { ...scene, context: trace.setSpan(scene.context, span) };
  const ending = fail(call, random, playAll(call.steps ?? [], { ...inside, atMs: scene.atMs + ownMs / 2 }));
  const closed = { ...ending, atMs: ending.atMs + ownMs / 2 };
  span.setAttribute('http.response.status_code', closed.error === undefined ? 200 : 500);
  return end(span, closed);
}

function playAll(steps: readonly Step[], scene: Scene): Ending {
  let ending: Ending = { atMs: scene.atMs };
  for (const step of steps) {
    ending = play(step, { ...scene, atMs: ending.atMs });
    if (ending.error !== undefined) break;
  }
  return ending;
}

function fail({ fails }: Call, random: Random, ending: Ending): Ending {
  if (ending.error !== undefined || fails === undefined || !random.chance(fails.probability)) return ending;
  return { atMs: ending.atMs, error: { type: fails.type, message: fails.message } };
}

function runQuery(query: Query, scene: Scene): Ending {
  const span = start(scene, `${query.operation} ${query.target}`, SpanKind.CLIENT, {
    'db.system.name': query.system,
    'db.operation.name': query.operation,
    'db.collection.name': query.target,
    'db.response.returned_rows': Math.floor(scene.random.between(0, 50)),
  });
  return end(span, { atMs: scene.atMs + scene.random.between(...query.takesMs) });
}

function publish(message: Publish, scene: Scene): Ending {
  const span = start(scene, `send ${message.topic}`, SpanKind.PRODUCER, {
    'messaging.system': 'kafka',
    'messaging.destination.name': message.topic,
    'messaging.message.id': scene.random.hex(16),
  });
  const ending = end(span, { atMs: scene.atMs + scene.random.between(0.5, 4) });
  for (const consumer of message.consumers) consume(message, consumer, scene, span);
  return ending;
}

/** Later, elsewhere, in a trace of its own. */
function consume(message: Publish, consumer: Consumer, sent: Scene, producer: Span): void {
  const { random } = sent;
  const scene = {
    ...sent,
    service: consumer.service,
    context: ROOT_CONTEXT,
    atMs: sent.atMs + random.between(5, 400),
  };
  const attributes = {
    'messaging.system': 'kafka',
    'messaging.destination.name': message.topic,
    'messaging.kafka.offset': Math.floor(random.between(0, 1e9)),
  };
  const link = { context: producer.spanContext(), attributes: { 'messaging.delivery': 'first' } };
  const span = start(scene, `process ${message.topic}`, SpanKind.CONSUMER, attributes, [link]);
  const inside = { ...scene, context: trace.setSpan(ROOT_CONTEXT, span) };
  end(
    span,
    playAll(consumer.steps ?? [], { ...inside, atMs: scene.atMs + random.between(...consumer.takesMs) }),
  );
}

function start(scene: Scene, name: string, kind: SpanKind, attributes: Attributes, links: Link[] = []): Span {
  const options = { kind, attributes, links, startTime: time(scene.atMs) };
  return scene.tracer(scene.service).startSpan(name, options, scene.context);
}

function end(span: Span, ending: Ending): Ending {
  if (ending.error !== undefined) {
    const { type, message } = ending.error;
    span.setStatus({ code: SpanStatusCode.ERROR, message });
    span.addEvent('exception', { 'exception.type': type, 'exception.message': message }, time(ending.atMs));
  }
  span.end(time(ending.atMs));
  return ending;
}

/** A Date would drop what is finer than a millisecond. */
function time(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)];
}
