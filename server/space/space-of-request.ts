import { Fault } from '../errors/fault.ts';
import { parseSpace, type Space, type SpacePart } from './space.ts';

/** Where each part may stand, the one that names the part itself first; the others are Jaeger's and Tempo's. */
const HEADERS: Readonly<Record<SpacePart, readonly string[]>> = {
  tenant: ['tenant', 'x-tenant', 'X-Scope-OrgID'],
  db: ['db'],
  table: ['table'],
};
const SHOWN_CHARACTERS = 80;

/** What HTTP carries of a space. */
export interface SpaceCarriers {
  /** The decoded parts of `/t/{tenant}/{db}/{table}/…`; empty for paths without that prefix. */
  readonly path: Readonly<Partial<Record<SpacePart, string>>>;
  /** Every line of every header, by lower-case name, as `IncomingMessage.headersDistinct` has them. */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>;
  /** The space that the port is for, where it is for one. */
  readonly port?: Space | undefined;
  /** What a protocol has of its own for parts of a space. */
  readonly claims?: SpaceClaims | undefined;
}

/** One carrier's word on one part. */
export interface Claim {
  /** For refusals: `parameter "db"`. */
  readonly carrier: string;
  readonly value: string;
}

/** What a protocol's own parameters say of a space. */
export interface SpaceClaims {
  /** Agrees with headers and path, or the request is refused. */
  readonly firm: Readonly<Partial<Record<SpacePart, Claim>>>;
  /** What its senders have to say whether they mean a space or not: counts where nobody else says anything. */
  readonly loose: Readonly<Partial<Record<SpacePart, Claim>>>;
}

/** The space an HTTP request names: all who name a part must agree, and what they leave out comes from `defaults`. */
export function spaceOfRequest({ path, headers, port, claims }: SpaceCarriers, defaults: Space): Space {
  return resolveSpace(defaults, (part) => {
    const inPath = path[part];
    const said = [
      ...portClaims(port, part),
      ...(inPath === undefined ? [] : [{ carrier: `path part {${part}}`, value: inPath }]),
      ...claimsOf(part, 'header', (name) => headers[name] ?? []),
      ...listed(claims?.firm[part]),
    ];
    return said.length > 0 ? said : listed(claims?.loose[part]);
  });
}

function portClaims(port: Space | undefined, part: SpacePart): Claim[] {
  return port === undefined ? [] : [{ carrier: `this port's ${part}`, value: port[part] }];
}

function listed(claim: Claim | undefined): Claim[] {
  return claim === undefined ? [] : [claim];
}

/** Of gRPC's Metadata, what is needed here. */
export interface MetadataValues {
  get(name: string): readonly (string | Buffer)[];
}

/** The space a gRPC call names in its metadata, by the same names as HTTP's headers. */
export function spaceOfMetadata(metadata: MetadataValues, defaults: Space, port?: Space): Space {
  return resolveSpace(defaults, (part) => [
    ...portClaims(port, part),
    ...claimsOf(part, 'metadata', (name) => metadata.get(name).map((value) => value.toString())),
  ]);
}

function resolveSpace(defaults: Space, claimsOn: (part: SpacePart) => readonly Claim[]): Space {
  const claims = {
    tenant: agreed('tenant', claimsOn('tenant')),
    db: agreed('db', claimsOn('db')),
    table: agreed('table', claimsOn('table')),
  };
  const names = { tenant: claims.tenant?.value, db: claims.db?.value, table: claims.table?.value };
  return parseSpace(names, defaults, (part) => claims[part]?.carrier ?? `"${part}"`);
}

function claimsOf(
  part: SpacePart,
  kind: 'header' | 'metadata',
  valuesOf: (name: string) => readonly string[],
): Claim[] {
  return HEADERS[part].flatMap((name) => {
    // A proxy may join repeated lines with commas, so both spellings of "twice" count.
    const values = valuesOf(name.toLowerCase()).flatMap((line) =>
      line.split(',').map((value) => value.trim()),
    );
    const carrier = `${kind} "${name}"`;
    if (values.length > 1) {
      const message = `${carrier} names ${values.length} values (${values.slice(0, 3).map(shown).join(', ')}), but a request has one ${part}`;
      throw new Fault('invalid', message, { field: name });
    }
    return values.map((value) => ({ carrier, value }));
  });
}

function agreed(part: SpacePart, claims: readonly Claim[]): Claim | undefined {
  const [first, ...others] = claims;
  const other = others.find(({ value }) => value !== first?.value);
  if (first === undefined || other === undefined) return first;
  const message = `${first.carrier} says ${shown(first.value)}, but ${other.carrier} says ${shown(other.value)}; send one of them`;
  throw new Fault('invalid', message, { field: part, value: first.value.slice(0, SHOWN_CHARACTERS) });
}

function shown(value: string): string {
  return JSON.stringify(value.length > SHOWN_CHARACTERS ? `${value.slice(0, SHOWN_CHARACTERS)}…` : value);
}
