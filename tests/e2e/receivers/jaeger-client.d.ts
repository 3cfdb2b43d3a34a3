/** As much of the package as `jaeger-program.ts` uses; it brings no types of its own. */
declare module 'jaeger-client' {
  interface Tag {
    readonly key: string;
    readonly value: unknown;
  }

  interface SpanContext {
    readonly traceIdStr: string;
    readonly spanIdStr: string;
    readonly parentIdStr: string | undefined;
    readonly flags: number;
    isSampled(): boolean;
  }

  interface Reference {
    type(): string;
    referencedContext(): SpanContext;
  }

  interface Span {
    readonly _operationName: string;
    readonly _startTime: number;
    readonly _duration: number;
    readonly _tags: readonly Tag[];
    readonly _logs: readonly { readonly timestamp: number; readonly fields: readonly Tag[] }[];
    readonly _references: readonly Reference[];
    context(): SpanContext;
    setTag(key: string, value: unknown): this;
    log(fields: Readonly<Record<string, unknown>>, timestampMs: number): this;
    finish(finishMs: number): void;
  }

  interface Tracer {
    readonly _process: { readonly serviceName: string; readonly tags: readonly Tag[] };
    startSpan(
      name: string,
      options: {
        readonly startTime: number;
        readonly childOf?: Span;
        readonly references?: readonly Reference[];
        readonly tags?: Readonly<Record<string, unknown>>;
      },
    ): Span;
    close(done: () => void): void;
  }

  interface Logger {
    info(message: string): void;
    error(message: string): void;
  }

  export function initTracer(
    config: {
      readonly serviceName: string;
      readonly traceId128bit?: boolean;
      readonly sampler: Readonly<Record<string, unknown>>;
      readonly reporter: Readonly<Record<string, unknown>>;
    },
    options: { readonly tags?: Readonly<Record<string, unknown>>; readonly logger: Logger },
  ): Tracer;
  export const opentracing: { followsFrom(context: SpanContext): Reference };
}
