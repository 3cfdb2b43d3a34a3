import { Fault } from '../errors/fault.ts';

declare const spaceBrand: unique symbol;

/** Where spans live. Made only by `parseSpace`, so whoever holds one holds valid names. */
export type Space = Readonly<{ tenant: string; db: string; table: string }> & { readonly [spaceBrand]: true };

export type SpacePart = 'tenant' | 'db' | 'table';

/** What a request said of its space; parts it left out are undefined. */
export type SpaceNames = Readonly<Record<SpacePart, string | undefined>>;

export const SPACE_PARTS: readonly SpacePart[] = ['tenant', 'db', 'table'];

/** 1 to 64 characters, not starting with a dot: safe in paths, headers, file names and SQL alike. */
const NAME = /^(?!\.)[A-Za-z0-9_.-]{1,64}$/;
export const NAME_RULE = '1 to 64 characters of A-Z a-z 0-9 _ . - and not starting with a dot';

/**
 * Makes a space of the names a request gave, filling what it left out from `defaults`.
 * `carrier` says where each name came from (`header "tenant"`), for the refusal.
 */
export function parseSpace(
  names: SpaceNames,
  defaults: Space,
  carrier: (part: SpacePart) => string = (part) => `"${part}"`,
): Space {
  const part = (name: SpacePart): string => {
    const value = names[name];
    if (value === undefined) return defaults[name];
    if (!NAME.test(value)) {
      const shown = value.length > 80 ? `${value.slice(0, 80)}…` : value;
      throw new Fault('invalid', `${carrier(name)} is ${JSON.stringify(shown)}, but must be ${NAME_RULE}`, {
        field: name,
        value: shown,
      });
    }
    return value;
  };
  return Object.freeze({ tenant: part('tenant'), db: part('db'), table: part('table') }) as Space;
}

/** A space of three names known in code or settings; throws on names that break the rule. */
export function createSpace(tenant: string, db: string, table: string): Space {
  const names = { tenant, db, table };
  return parseSpace(names, names as unknown as Space);
}

/** A space whose spans are stored: its names were checked when they came, or are our own. */
export function storedSpace(tenant: string, db: string, table: string): Space {
  return Object.freeze({ tenant, db, table }) as Space;
}

/** One string per space, for keys of maps: names hold no slash, so it is unambiguous. */
export function spaceKey(space: Space): string {
  return `${space.tenant}/${space.db}/${space.table}`;
}
