/** What was measured, whoever was asked. */
export interface Measured {
  readonly series: readonly MeasuredSeries[];
  /** Of every series: where its steps begin. */
  readonly grid: Grid;
  /** Whether there are more series than were asked for. */
  readonly cut: boolean;
  /** The step that was asked for, where it would have made too many points. */
  readonly refusedStepNanos: bigint | undefined;
  readonly executed: string;
}

export interface Grid {
  /** A multiple of the step since 1970. */
  readonly fromNanos: bigint;
  readonly toNanos: bigint;
  readonly stepNanos: bigint;
}

export interface MeasuredSeries {
  readonly labels: Readonly<Record<string, string>>;
  /** Of a duration: 0 to 1. */
  readonly quantile?: number;
  /** By the beginning of the step; null where nothing can be said. */
  readonly values: ReadonlyMap<bigint, number | null>;
}
