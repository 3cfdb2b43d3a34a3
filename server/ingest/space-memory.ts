import { type Space, spaceKey } from '../space/space.ts';
import { KeyClass } from './key-class.ts';

/** How long a space's lists may grow. Past it a name is kept and found, but not listed. */
export interface ListLimits {
  readonly services: number;
  readonly operations: number;
  readonly attributeKeys: number;
}

/** Longer names are hardly names; they stay out of lists. */
const MAX_LISTED_NAME = 512;
/** Resources and scopes remembered as written today; when full the memory starts anew and facts are written again. */
const MAX_REMEMBERED = 20_000;
/** A fact that is known, but not yet written today. */
const NOT_TODAY = -1;

/** Bits of the column `listed`. */
export const LISTED_SERVICE = 1;
export const LISTED_OPERATION = 2;

/** A list of names with a limit, and on which day each was last written to the catalog. */
class NameList {
  readonly #days = new Map<string, number>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** `write`: list it and write the fact. `listed`: written today already. `full`: the limit keeps it out. */
  see(name: string, day: number): 'write' | 'listed' | 'full' {
    const known = this.#days.get(name);
    if (known === day) return 'listed';
    if (known === undefined && this.#days.size >= this.#limit) return 'full';
    this.#days.set(name, day);
    return 'write';
  }

  /** Takes back that it was written. It must not count against the limit either: it may never come again. */
  forget(name: string): void {
    this.#days.delete(name);
  }
}

/** The name of an operation in its list. */
export function operationName(service: string, name: string, kind: number): string {
  return JSON.stringify([service, name, kind]);
}

/** The name of an attribute key in its list: each level has its own. */
export function keyName(level: string, key: string): string {
  return `${level} ${key}`;
}

export type ListName = 'services' | 'operations' | 'keys';

/** What the process remembers of one space: names listed, facts written today, classes of attribute keys. */
export class SpaceMemory {
  readonly space: Space;
  readonly retentionDays: number;
  readonly #lists: Readonly<Record<ListName, NameList>>;
  readonly #written = new Map<string, number>();
  readonly #classes = new Map<string, KeyClass>();
  /** Shared by all keys past the limit. */
  readonly #othersClass = new KeyClass();

  constructor(space: Space, retentionDays: number, limits: ListLimits) {
    this.space = space;
    this.retentionDays = retentionDays;
    this.#lists = {
      services: new NameList(limits.services),
      operations: new NameList(limits.operations),
      keys: new NameList(limits.attributeKeys),
    };
  }

  see(list: ListName, name: string, day: number): 'write' | 'listed' | 'full' {
    return name.length > MAX_LISTED_NAME ? 'full' : this.#lists[list].see(name, day);
  }

  /** A name that an earlier run wrote: counts against the limit, and is written again on its next appearance. */
  recall(list: ListName, name: string): void {
    this.see(list, name, NOT_TODAY);
  }

  /** Whether a fact that is no name (a resource, a scope, a cut) is still to be written today. */
  claim(fact: string, day: number): boolean {
    if (this.#written.get(fact) === day) return false;
    if (this.#written.size >= MAX_REMEMBERED) this.#written.clear();
    this.#written.set(fact, day);
    return true;
  }

  forget(list: ListName | 'fact', name: string): void {
    if (list === 'fact') this.#written.delete(name);
    else this.#lists[list].forget(name);
  }

  classOf(key: string): KeyClass {
    const known = this.#classes.get(key);
    if (known !== undefined) return known;
    if (this.#classes.size >= MAX_REMEMBERED) return this.#othersClass;
    const created = new KeyClass();
    this.#classes.set(key, created);
    return created;
  }
}

/** The memories of all spaces in use; the longest unused ones go when there are too many. */
export class SpaceMemories {
  readonly #create: (space: Space) => SpaceMemory;
  readonly #max: number;
  readonly #bySpace = new Map<string, SpaceMemory>();

  constructor(create: (space: Space) => SpaceMemory, max: number) {
    this.#create = create;
    this.#max = max;
  }

  of(space: Space): SpaceMemory {
    const key = spaceKey(space);
    let memory = this.#bySpace.get(key);
    if (memory === undefined) {
      memory = this.#create(space);
      if (this.#bySpace.size >= this.#max) this.#dropOldest();
    } else {
      this.#bySpace.delete(key);
    }
    this.#bySpace.set(key, memory);
    return memory;
  }

  has(space: Space): boolean {
    return this.#bySpace.has(spaceKey(space));
  }

  /** For a space that was deleted: its lists begin anew. */
  forget(space: Space): void {
    this.#bySpace.delete(spaceKey(space));
  }

  #dropOldest(): void {
    for (const key of this.#bySpace.keys()) {
      this.#bySpace.delete(key);
      return;
    }
  }
}
