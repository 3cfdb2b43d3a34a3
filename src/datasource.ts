import {
  type AdHocVariableFilter,
  CoreApp,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceApi,
  type DataSourceGetTagValuesOptions,
  type DataSourceInstanceSettings,
  type DataSourceWithLogsContextSupport,
  type DataSourceWithSupplementaryQueriesSupport,
  getDefaultTimeRange,
  type LogRowContextOptions,
  type LogRowModel,
  type MetricFindValue,
  type QueryFixAction,
  type ScopedVars,
  type SupplementaryQueryOptions,
  SupplementaryQueryType,
} from '@grafana/data';
import { DataSourceWithBackend, getTemplateSrv, type TemplateSrv } from '@grafana/runtime';
import type { DataQuery } from '@grafana/schema';
import { lastValueFrom, type Observable, of } from 'rxjs';
import { annotationSupport } from './annotations/annotation-support.ts';
import { type Completion, createCompletion } from './completion/completion.ts';
import { parseAttributeRef, printAttributeRef } from './contract/attribute-ref.ts';
import { DEFAULT_LIMIT } from './contract/settings.ts';
import { tail } from './live/tail.ts';
import { aroundRow, contextQuery } from './logs/context.ts';
import { supplementaryQuery, supplementaryRequest } from './logs/supplementary.ts';
import { defaultQuery } from './queries/default-query.ts';
import { describeQuery } from './queries/describe-query.ts';
import { importQueries } from './queries/import-queries.ts';
import { isAsked } from './queries/is-asked.ts';
import { modifyQuery } from './queries/modify-query.ts';
import type { SpanhouseJson, SpanhouseQuery } from './spanhouse-query.ts';
import { applyVariables, queryHoldsVariable } from './variables/apply.ts';
import { createExpand, type Expand } from './variables/expand.ts';
import { SpanhouseVariableSupport } from './variables/VariableSupport.ts';

/** The browser's half: everything that needs the dashboard's variables. Whatever fetches happens in the backend. */
export class SpanhouseDataSource
  extends DataSourceWithBackend<SpanhouseQuery, SpanhouseJson>
  implements
    DataSourceWithSupplementaryQueriesSupport<SpanhouseQuery>,
    DataSourceWithLogsContextSupport<SpanhouseQuery>
{
  readonly completion: Completion;
  override readonly annotations = annotationSupport;
  override readonly variables: SpanhouseVariableSupport;
  readonly #templates: TemplateSrv;
  readonly #settings: SpanhouseJson;

  constructor(
    settings: DataSourceInstanceSettings<SpanhouseJson>,
    templates: TemplateSrv = getTemplateSrv(),
  ) {
    super(settings);
    this.#templates = templates;
    this.#settings = settings.jsonData;
    this.completion = createCompletion((path, params) => this.getResource(path, params));
    this.variables = new SpanhouseVariableSupport(this);
  }

  /** What a dashboard's or Explore's variables are called, without the dollar. */
  variableNames(): readonly string[] {
    return this.#templates.getVariables().map(({ name }) => name);
  }

  /** Of a search that names none. */
  get defaultLimit(): number {
    return this.#settings.defaultLimit ?? DEFAULT_LIMIT;
  }

  override query(request: DataQueryRequest<SpanhouseQuery>): Observable<DataQueryResponse> {
    // With the values of variables: an empty one may leave nothing to ask.
    const filled = (query: SpanhouseQuery): SpanhouseQuery =>
      this.applyTemplateVariables(query, request.scopedVars, request.filters);
    const asked = request.targets.filter((query) => this.filterQuery(filled(query)));
    if (asked.length === 0) return of({ data: [] });
    if (request.liveStreaming !== true) return super.query({ ...request, targets: asked });
    return tail({ ...request, targets: asked.map(filled) }, this.uid);
  }

  override applyTemplateVariables(
    query: SpanhouseQuery,
    scopedVars: ScopedVars,
    filters?: AdHocVariableFilter[],
  ): SpanhouseQuery {
    return applyVariables(query, this.expandWith(scopedVars), filters);
  }

  override interpolateVariablesInQueries(
    queries: SpanhouseQuery[],
    scopedVars: ScopedVars,
    filters?: AdHocVariableFilter[],
  ): SpanhouseQuery[] {
    return queries.map((query) => ({
      ...this.applyTemplateVariables(query, scopedVars, filters),
      datasource: this.getRef(),
    }));
  }

  expandWith(scopedVars: ScopedVars | undefined): Expand {
    return createExpand((text, scoped, format) => this.#templates.replace(text, scoped, format), scopedVars);
  }

  targetContainsTemplate(query: SpanhouseQuery): boolean {
    return queryHoldsVariable(query);
  }

  override filterQuery(query: SpanhouseQuery): boolean {
    return query.hide !== true && isAsked(query);
  }

  override getDefaultQuery(app: CoreApp): Partial<SpanhouseQuery> {
    return defaultQuery(app);
  }

  override getQueryDisplayText(query: SpanhouseQuery): string {
    return describeQuery(query);
  }

  override modifyQuery(query: SpanhouseQuery, action: QueryFixAction): SpanhouseQuery {
    return modifyQuery(query, action);
  }

  override importQueries(queries: DataQuery[], origin: DataSourceApi): Promise<SpanhouseQuery[]> {
    return Promise.resolve(importQueries(queries, origin.type));
  }

  override async getTagKeys(): Promise<MetricFindValue[]> {
    const found = await this.completion.attributeKeys({});
    return found.map((one) => ({
      text: printAttributeRef(one),
      value: printAttributeRef(one),
      group: one.level,
    }));
  }

  override async getTagValues(
    options: DataSourceGetTagValuesOptions<SpanhouseQuery>,
  ): Promise<MetricFindValue[]> {
    const range = options.timeRange;
    const found = await this.completion.attributeValues({
      ...parseAttributeRef(options.key),
      ...(range && { range }),
    });
    return found.map(({ value }) => ({ text: value, value }));
  }

  getSupportedSupplementaryQueryTypes(): SupplementaryQueryType[] {
    return [SupplementaryQueryType.LogsVolume, SupplementaryQueryType.LogsSample];
  }

  getSupplementaryQuery(
    options: SupplementaryQueryOptions,
    query: SpanhouseQuery,
  ): SpanhouseQuery | undefined {
    return supplementaryQuery(options, query);
  }

  getSupplementaryRequest(
    type: SupplementaryQueryType,
    request: DataQueryRequest<SpanhouseQuery>,
  ): DataQueryRequest<SpanhouseQuery> | undefined {
    return supplementaryRequest(type, request);
  }

  getLogRowContextQuery(row: LogRowModel): Promise<SpanhouseQuery | null> {
    return Promise.resolve(contextQuery(row));
  }

  async getLogRowContext(row: LogRowModel, options?: LogRowContextOptions): Promise<DataQueryResponse> {
    const query = contextQuery(row);
    if (query === null) return { data: [] };
    const range = getDefaultTimeRange();
    const request: DataQueryRequest<SpanhouseQuery> = {
      app: CoreApp.Explore,
      requestId: `context-${row.uid}-${options?.direction ?? ''}`,
      // A trace is looked up without a range.
      range,
      interval: '1s',
      intervalMs: 1_000,
      scopedVars: {},
      startTime: Date.now(),
      targets: [query],
      timezone: 'browser',
    };
    return aroundRow(await lastValueFrom(super.query(request)), row, options);
  }
}
