import { FACTS, type Fact, LEVELS } from '../columns/catalog-block.ts';
import type { Batch } from './batch.ts';
import { dayOf, expiryDay, partitionDays } from './expiry.ts';
import { type FactDraft, type FactId, factId } from './fact-draft.ts';
import {
  LISTED_OPERATION,
  LISTED_SERVICE,
  type ListName,
  type SpaceMemory,
  keyName,
  operationName,
} from './space-memory.ts';

/** Facts that have attributes. */
type DraftedFact = 'resource' | 'scope' | 'event' | 'link';

/** Facts are written once a day, so they outlive the spans that may refer to them by this. */
const SLACK_DAYS = 3;
const DAY_SECONDS = 86_400;

/** Writes to the catalog what the spans of a batch refer to: each fact once a day, names only up to the space's limits. */
export class FactWriter {
  memory!: SpaceMemory;
  readonly #batch: Batch;
  #day = 0;
  #expiresDay = 0;

  constructor(batch: Batch) {
    this.#batch = batch;
  }

  openRequest(memory: SpaceMemory, nowMs: number): void {
    this.memory = memory;
    this.#day = dayOf(nowMs);
    const slack = SLACK_DAYS + partitionDays(memory.retentionDays);
    this.#expiresDay = expiryDay((this.#day + slack) * DAY_SECONDS, memory.retentionDays);
  }

  resource(draft: FactDraft, id: FactId, service: string): void {
    this.#origin('resource', draft, id, { service });
  }

  scope(draft: FactDraft, id: FactId, name: string, version: string): void {
    this.#origin('scope', draft, id, { name, version });
  }

  key(level: 'resource' | 'scope' | 'span' | 'event' | 'link', key: string): void {
    if (this.#enter('keys', keyName(level, key)) === 'write') {
      this.#push(FACTS.key, factId('key', level, key), { name: key, level: LEVELS[level] });
    }
  }

  /** A key of spans whose values are kept among the nearly unique ones: a search asks there only for those. */
  uniqueKey(key: string): void {
    if (this.#enter('keys', keyName('span', key)) === 'full') return;
    if (this.#claim(`unique ${key}`)) {
      this.#push(FACTS.key, factId('key', 'unique', key), { name: key, level: LEVELS.unique });
    }
  }

  /** The bits of `listed` for a span of this service, name and kind. */
  operation(service: string, name: string, kind: number): number {
    const entered = this.#enter('services', service);
    if (entered === 'full') {
      // An operation is listed under its service, or not at all.
      this.#cut('operations');
      return 0;
    }
    if (entered === 'write') this.#push(FACTS.service, factId('service', service), { service });
    const operation = this.#enter('operations', operationName(service, name, kind));
    if (operation === 'full') return LISTED_SERVICE;
    if (operation === 'write') {
      this.#push(FACTS.operation, factId('operation', service, name, kind), { service, name, kind });
    }
    return LISTED_SERVICE | LISTED_OPERATION;
  }

  /** Written as often as it comes: that it came before is for the engine to see. */
  fragment(
    fact: 'event' | 'link',
    draft: FactDraft,
    id: FactId,
    words: Pick<Fact, 'name' | 'version'>,
  ): void {
    this.#writeDraft(fact, draft, id, words);
  }

  #enter(list: ListName, name: string): 'write' | 'listed' | 'full' {
    const entered = this.memory.see(list, name, this.#day);
    if (entered === 'write') this.#batch.claim(this.memory, list, name);
    if (entered === 'full') this.#cut(list);
    return entered;
  }

  /** Says in the catalog that a list does not hold everything. */
  #cut(list: ListName): void {
    if (this.#claim(`cut ${list}`)) this.#push(FACTS.cut, factId('cut', list), { name: list });
  }

  /** Whether a fact that is in no list is still to be written today. */
  #claim(name: string): boolean {
    if (!this.memory.claim(name, this.#day)) return false;
    this.#batch.claim(this.memory, 'fact', name);
    return true;
  }

  #origin(fact: 'resource' | 'scope', draft: FactDraft, id: FactId, more: Partial<Fact>): void {
    if (this.#claim(`${fact} ${id.low} ${id.high}`)) this.#writeDraft(fact, draft, id, more);
  }

  #writeDraft(fact: DraftedFact, draft: FactDraft, id: FactId, more: Partial<Fact>): void {
    draft.writeAttributes(this.#batch.catalog);
    const { schemaUrl, droppedAttributes } = draft;
    this.#push(FACTS[fact], id, { ...more, schemaUrl, droppedAttributes });
    for (const key of draft.keys()) this.key(fact, key);
  }

  #push(fact: number, id: FactId, more: Partial<Fact>): void {
    const { space } = this.memory;
    this.#batch.catalog.push({
      ...more,
      space,
      fact,
      idLow: id.low,
      idHigh: id.high,
      expiresDay: this.#expiresDay,
    });
  }
}
