import type { SpanBlock } from '../columns/span-block.ts';
import { FactDraft, type FactId } from './fact-draft.ts';
import type { FactWriter } from './fact-writer.ts';
import type { SpanLimits } from './span-limits.ts';
import type { Verdict } from './verdict.ts';

/** Service of spans whose resource names none, as OpenTelemetry's conventions have it. */
export const UNKNOWN_SERVICE = 'unknown_service';

const NOTHING: FactId = { low: 0, high: 0 };

/**
 * The resource and the scope that the spans being read belong to. Their facts are written when the first span that
 * belongs to them is accepted, so that nothing is listed for which there is no span.
 */
export class SpanOrigin {
  readonly resource: FactDraft;
  readonly scope: FactDraft;
  resourceId = NOTHING;
  scopeId = NOTHING;
  /** Number of the service's name in the block's dictionary. */
  service = 0;
  readonly #block: SpanBlock;
  readonly #facts: FactWriter;
  #serviceName = UNKNOWN_SERVICE;
  #scopeName = '';
  #scopeVersion = '';
  #resourceWritten = false;
  #scopeWritten = false;
  /** `listed` by service, name and kind. */
  #listed = new Map<number, number>();
  #lastOperation = -1;
  #lastListed = 0;

  constructor(block: SpanBlock, facts: FactWriter, limits: SpanLimits) {
    this.resource = new FactDraft('resource', limits);
    this.scope = new FactDraft('scope', limits);
    this.#block = block;
    this.#facts = facts;
  }

  /** Forgets what it knew by numbers: they mean something else in another block, and other lists in another space. */
  forgetNumbers(): void {
    this.#listed = new Map();
    this.#lastOperation = -1;
    this.#resourceWritten = false;
    this.resource.forgetPrevious();
  }

  /** Whether spans of this resource and scope may be kept. */
  get verdict(): Verdict {
    return this.resource.closed ? this.resource.verdict : this.scope.verdict;
  }

  openResource(): void {
    this.resource.open();
  }

  closeResource(): void {
    this.resource.checkText('schema_url', this.resource.schemaUrl);
    // Protocols that tell the resource with each span mostly tell the same again.
    if (!this.resource.repeatsPrevious()) this.#resourceWritten = false;
  }

  openScope(): void {
    this.scope.open();
  }

  closeScope(name: string, version: string): void {
    this.scope.checkText('name', name);
    this.scope.checkText('version', version);
    this.scope.checkText('schema_url', this.scope.schemaUrl);
    this.#scopeName = name;
    this.#scopeVersion = version;
    this.#scopeWritten = false;
  }

  /** To be called for each accepted span, before its service and ids are asked for; returns its `listed` bits. */
  span(name: number, kind: number): number {
    if (!this.#resourceWritten) this.#writeResource();
    if (!this.#scopeWritten) this.#writeScope();
    // Numbers of a block stay far below 2^24, so this is exact.
    const operation = (this.service * 0x100_0000 + name) * 8 + kind;
    if (operation === this.#lastOperation) return this.#lastListed;
    let listed = this.#listed.get(operation);
    if (listed === undefined) {
      listed = this.#facts.operation(this.#serviceName, this.#block.name.dictionary.text(name), kind);
      this.#listed.set(operation, listed);
    }
    this.#lastOperation = operation;
    this.#lastListed = listed;
    return listed;
  }

  /** Not before there is a span of it: a request may name millions of resources and scopes that have none. */
  #writeResource(): void {
    const named = this.resource.text('service.name');
    this.#serviceName = named === undefined || named === '' ? UNKNOWN_SERVICE : named;
    this.service = this.#block.service.dictionary.internText(this.#serviceName);
    this.resourceId = this.resource.id('resource');
    this.#facts.resource(this.resource, this.resourceId, this.#serviceName);
    this.#resourceWritten = true;
  }

  #writeScope(): void {
    this.scopeId = this.scope.id('scope', this.#scopeName, this.#scopeVersion);
    this.#facts.scope(this.scope, this.scopeId, this.#scopeName, this.#scopeVersion);
    this.#scopeWritten = true;
  }
}
