import type { Attributes } from '../../../span/attribute.ts';
import type { Span, SpanId, TraceId } from '../../../span/span.ts';
import type { Trace } from '../../trace-source.ts';
import { presentTraceId } from './present-references.ts';

type Category = 'coverage' | 'quality';
/** Exempt is a span of which the question does not arise. */
type Verdict = 'pass' | 'failure' | 'exemption';

interface Check {
  readonly name: string;
  readonly category: Category;
  readonly description: string;
  readonly link: string;
  /** Of the score of its category. */
  readonly weight: number;
  readonly judge: (span: Span, spans: SpansById) => Verdict;
}

type SpansById = ReadonlyMap<SpanId, readonly Span[]>;

interface Example {
  readonly spanIDs: readonly string[];
  readonly traceID: string;
}

const DOCUMENTATION = 'https://github.com/jaegertracing/jaeger-analytics-java#trace-quality-metrics';
const CONVENTIONS = 'https://opentelemetry.io/docs/specs/semconv/resource/';
const TRACE_API = 'https://opentelemetry.io/docs/specs/otel/trace/api/';

const MAX_SCORE = 100;
const EXAMPLES = 5;
const SPANS_AN_EXAMPLE = 3;

const LABELS: Readonly<Record<Category, string>> = {
  coverage: 'Instrumentation Coverage',
  quality: 'Trace Quality',
};

const CHECKS: readonly Check[] = [
  {
    name: 'Known Parents',
    category: 'coverage',
    description: 'The parent that a span names is in its trace.',
    link: `${TRACE_API}#span`,
    weight: 0.6,
    judge: ({ parentSpanId }, spans) => {
      if (parentSpanId === undefined) return 'exemption';
      return passIf(spans.has(parentSpanId));
    },
  },
  {
    name: 'Server Kind',
    category: 'coverage',
    description: 'A span by which another service enters this one is of kind server or consumer.',
    link: `${TRACE_API}#spankind`,
    weight: 0.4,
    judge: (span, spans) => {
      const parent = parentOf(span, spans);
      if (parent === undefined || parent.service === span.service) return 'exemption';
      return passIf(span.kind === 'server' || span.kind === 'consumer');
    },
  },
  {
    name: 'Service Version',
    category: 'quality',
    description: 'The resource of a span names service.version.',
    link: `${CONVENTIONS}#service`,
    weight: 0.3,
    judge: ({ resource }) => passIf(textOf(resource.attributes, 'service.version') !== ''),
  },
  {
    name: 'Telemetry SDK',
    category: 'quality',
    description: 'The resource of a span names telemetry.sdk.name and telemetry.sdk.version.',
    link: `${CONVENTIONS}#telemetry-sdk`,
    weight: 0.2,
    judge: ({ resource }) => passIf(clientOf(resource.attributes) !== undefined),
  },
  {
    name: 'Unique Span IDs',
    category: 'quality',
    description: 'No other span of the trace has the id of a span.',
    link: `${TRACE_API}#spancontext`,
    weight: 0.2,
    judge: ({ spanId }, spans) => passIf(spans.get(spanId)?.length === 1),
  },
  {
    name: 'Causality',
    category: 'quality',
    description: 'A span does not start before its parent.',
    link: `${TRACE_API}#span-creation`,
    weight: 0.3,
    judge: (span, spans) => {
      const parent = parentOf(span, spans);
      return parent === undefined ? 'exemption' : passIf(span.startNanos >= parent.startNanos);
    },
  },
];

/** Looks, trace by trace, at how well the spans of a service are made. */
export class QualityMetrics {
  readonly #service: string;
  readonly #tallies = CHECKS.map((check) => new Tally(check));
  readonly #clients = new Map<string, { readonly client: Client; readonly seen: Seen }>();
  #traces = 0;
  #spans = 0;

  constructor(service: string) {
    this.#service = service;
  }

  add({ traceId, spans }: Trace): void {
    const byId = groupById(spans);
    this.#traces++;
    for (const span of spans) {
      if (span.service !== this.#service) continue;
      this.#spans++;
      for (const tally of this.#tallies) tally.add(traceId, span, byId);
      this.#noteClient(traceId, span);
    }
  }

  present(): object {
    return {
      traceQualityDocumentationLink: DOCUMENTATION,
      bannerText: { value: this.#banner() },
      scores: (['coverage', 'quality'] as const).map((category) => this.#score(category)),
      metrics: this.#tallies.map((tally) => tally.present()),
      clients: this.#presentClients(),
    };
  }

  #banner(): string {
    if (this.#spans === 0) return `No spans of ${this.#service} in the traces looked at`;
    return `Of the newest traces: ${this.#spans} spans of ${this.#service} in ${this.#traces} traces`;
  }

  #score(category: Category): object {
    const judged = this.#tallies.filter(
      ({ check, share }) => check.category === category && share !== undefined,
    );
    const weight = sum(judged.map(({ check }) => check.weight));
    const passed = sum(judged.map(({ check, share }) => check.weight * share!));
    const value = weight === 0 ? 0 : Math.round((MAX_SCORE * passed) / weight);
    return { key: category, label: LABELS[category], max: MAX_SCORE, value };
  }

  #noteClient(traceId: TraceId, { spanId, resource }: Span): void {
    const client = clientOf(resource.attributes);
    if (client === undefined) return;
    const key = JSON.stringify(client);
    const known = this.#clients.get(key) ?? { client, seen: new Seen() };
    this.#clients.set(key, known);
    known.seen.add(traceId, spanId);
  }

  #presentClients(): readonly object[] {
    const clients = [...this.#clients.values()];
    return clients
      .sort((a, b) => b.seen.count - a.seen.count)
      .map(({ client, seen }) => ({
        version: `${client.name} ${client.version}`,
        minVersion: lowestVersion(
          clients.map((other) => other.client).filter(({ name }) => name === client.name),
        ),
        count: seen.count,
        examples: seen.examples,
      }));
  }
}

/** What one check found. */
class Tally {
  readonly check: Check;
  readonly #seen: Readonly<Record<Verdict, Seen>> = {
    pass: new Seen(),
    failure: new Seen(),
    exemption: new Seen(),
  };

  constructor(check: Check) {
    this.check = check;
  }

  /** Of what was judged, how much passed; undefined if nothing was. */
  get share(): number | undefined {
    const { pass, failure } = this.#seen;
    const judged = pass.count + failure.count;
    return judged === 0 ? undefined : pass.count / judged;
  }

  add(traceId: TraceId, span: Span, spans: SpansById): void {
    this.#seen[this.check.judge(span, spans)].add(traceId, span.spanId);
  }

  present(): object {
    const { name, category, description, link, weight } = this.check;
    const { pass, failure, exemption } = this.#seen;
    return {
      name,
      category,
      description,
      metricDocumentationLink: link,
      metricWeight: weight,
      passCount: pass.count,
      passExamples: pass.examples,
      failureCount: failure.count,
      failureExamples: failure.examples,
      exemptionCount: exemption.count,
      exemptionExamples: exemption.examples,
      details: [],
    };
  }
}

/** A count of spans, with some of them. */
class Seen {
  count = 0;
  readonly #spans = new Map<TraceId, SpanId[]>();

  get examples(): readonly Example[] {
    return [...this.#spans].map(([traceId, spanIDs]) => ({ spanIDs, traceID: presentTraceId(traceId) }));
  }

  add(traceId: TraceId, spanId: SpanId): void {
    this.count++;
    const known = this.#spans.get(traceId);
    if (known === undefined) {
      if (this.#spans.size < EXAMPLES) this.#spans.set(traceId, [spanId]);
    } else if (known.length < SPANS_AN_EXAMPLE) known.push(spanId);
  }
}

/** The library that made a span. */
interface Client {
  readonly name: string;
  readonly version: string;
}

function clientOf(resource: Attributes): Client | undefined {
  const name = textOf(resource, 'telemetry.sdk.name');
  const version = textOf(resource, 'telemetry.sdk.version');
  if (name === '' || version === '') return undefined;
  const language = textOf(resource, 'telemetry.sdk.language');
  return { name: language === '' ? name : `${name} ${language}`, version };
}

function lowestVersion(clients: readonly Client[]): string {
  const versions = clients.map(({ version }) => version);
  return versions.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))[0] ?? '';
}

function textOf(attributes: Attributes, key: string): string {
  const value = attributes.find((attribute) => attribute.key === key)?.value;
  return value?.type === 'string' ? value.value : '';
}

function groupById(spans: readonly Span[]): SpansById {
  const byId = new Map<SpanId, Span[]>();
  for (const span of spans) {
    const others = byId.get(span.spanId);
    if (others === undefined) byId.set(span.spanId, [span]);
    else others.push(span);
  }
  return byId;
}

function parentOf({ parentSpanId }: Span, spans: SpansById): Span | undefined {
  return parentSpanId === undefined ? undefined : spans.get(parentSpanId)?.[0];
}

function passIf(passes: boolean): Verdict {
  return passes ? 'pass' : 'failure';
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
