import {
  CustomVariableSupport,
  type DataFrame,
  type DataQueryRequest,
  type DataQueryResponse,
  type MetricFindValue,
} from '@grafana/data';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { parseAnyOf } from '../contract/any-of.ts';
import { parseAttributeRef, printAttributeRef } from '../contract/attribute-ref.ts';
import type { SpanhouseDataSource } from '../datasource.ts';
import type { SpanhouseJson, SpanhouseQuery } from '../spanhouse-query.ts';
import { type Expand, joined } from './expand.ts';
import { parseVariableQuery, traceIdSearch, type VariableQuery } from './variable-query.ts';
import { VariableEditor } from './VariableEditor.tsx';

/** Services, operations, attribute keys and values, and trace ids as a dashboard's variables. */
export class SpanhouseVariableSupport extends CustomVariableSupport<
  SpanhouseDataSource,
  VariableQuery,
  SpanhouseQuery,
  SpanhouseJson
> {
  override readonly editor = VariableEditor;
  readonly #source: SpanhouseDataSource;

  constructor(source: SpanhouseDataSource) {
    super();
    this.#source = source;
  }

  override getDefaultQuery(): Partial<SpanhouseQuery> {
    return { kind: 'services' };
  }

  override query(request: DataQueryRequest<VariableQuery>): Observable<DataQueryResponse> {
    const query = parseVariableQuery(request.targets[0]);
    return from(this.#values(query, request).then((texts) => ({ data: texts.map(asOption) })));
  }

  async #values(query: VariableQuery, request: DataQueryRequest<VariableQuery>): Promise<readonly string[]> {
    const { completion } = this.#source;
    const expand = this.#source.expandWith(request.scopedVars);
    const replace = joined(expand);
    const prefix = replace(query.prefix ?? '');
    switch (query.kind) {
      case 'services':
        return starting(await completion.services(), prefix);
      case 'operations':
        return starting(await completion.operationsOf(servicesOf(query, expand)), prefix);
      case 'attributeKeys':
        return (await completion.attributeKeys({ prefix })).map(printAttributeRef);
      case 'attributeValues':
        return this.#attributeValues(replace(query.attribute ?? ''), prefix, request);
      case 'traceIds':
        return this.#traceIds(query, request);
    }
  }

  async #attributeValues(
    key: string,
    prefix: string,
    { range }: DataQueryRequest<VariableQuery>,
  ): Promise<readonly string[]> {
    if (key === '') return [];
    const found = await this.#source.completion.attributeValues({ ...parseAttributeRef(key), prefix, range });
    return found.map(({ value }) => value);
  }

  async #traceIds(
    query: VariableQuery,
    request: DataQueryRequest<VariableQuery>,
  ): Promise<readonly string[]> {
    const search = { ...request, targets: [traceIdSearch(query)] } as DataQueryRequest<SpanhouseQuery>;
    const { data } = await lastValueFrom(this.#source.query(search));
    const field = (data as DataFrame[])[0]?.fields.find(({ name }) => name === 'traceID');
    return field === undefined ? [] : [...(field.values as string[])];
  }
}

/** A variable of several services offers the operations of each. */
function servicesOf(query: VariableQuery, expand: Expand): readonly string[] {
  return parseAnyOf(query.service).flatMap(expand).flatMap(parseAnyOf);
}

function starting(texts: readonly string[], prefix: string): readonly string[] {
  return prefix === '' ? texts : texts.filter((text) => text.startsWith(prefix));
}

function asOption(text: string): MetricFindValue {
  return { text, value: text };
}
