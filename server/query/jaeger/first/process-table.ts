import type { Attribute } from '../../../span/attribute.ts';
import type { Resource, Span } from '../../../span/span.ts';
import { goString } from '../../go/go-json.ts';
import type { TagPresenter } from './present-tags.ts';

/** As Jaeger says it of a resource that says nothing at all. */
const NO_SERVICE = 'OTLPResourceNoServiceName';

/** The processes of a trace, numbered as its spans come; what is equal has one number. */
export class ProcessTable {
  readonly #tags: TagPresenter;
  readonly #ids = new Map<string, string>();
  /** Spans share their resources: each is presented once. */
  readonly #known = new Map<Resource, string>();

  constructor(tags: TagPresenter) {
    this.#tags = tags;
  }

  idOf(span: Span): string {
    const known = this.#known.get(span.resource);
    if (known !== undefined) return known;
    const process = this.#present(span);
    const id = this.#ids.get(process) ?? `p${this.#ids.size + 1}`;
    this.#ids.set(process, id);
    this.#known.set(span.resource, id);
    return id;
  }

  /** Members of the JSON object, in the order in which Go writes a map: `p1`, `p10`, `p2`. */
  *members(): Generator<string> {
    const sorted = [...this.#ids].sort(([, a], [, b]) => (a < b ? -1 : 1));
    for (const [process, id] of sorted) yield `"${id}":${process}`;
  }

  #present({ service, resource: { attributes } }: Span): string {
    const serviceName = attributes.length === 0 ? NO_SERVICE : service;
    const tags = this.#tags.withAll('', attributes.filter(isTag));
    return `{"serviceName":${goString(serviceName)},"tags":[${tags}]}`;
  }
}

function isTag({ key }: Attribute): boolean {
  return key !== 'service.name';
}
