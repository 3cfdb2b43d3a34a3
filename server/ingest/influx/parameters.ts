import type { Request } from 'express';
import { Fault } from '../../errors/fault.ts';
import type { Claim, SpaceClaims } from '../../space/space-of-request.ts';
import type { Precision } from './decode-lines.ts';

/** Units of timestamps, as both generations of InfluxDB's API write them. */
const PRECISIONS: ReadonlyMap<string, Precision> = new Map([
  ['ns', 'ns'],
  ['n', 'ns'],
  ['us', 'us'],
  ['u', 'us'],
  ['µ', 'us'],
  ['ms', 'ms'],
  ['s', 's'],
]);
const SHOWN_CHARACTERS = 80;

/** Nanoseconds, unless the request says otherwise. */
export function parsePrecision(request: Request): Precision {
  const text = parameter(request, 'precision');
  if (text === undefined || text === '') return 'ns';
  const precision = PRECISIONS.get(text);
  if (precision !== undefined) return precision;
  const value = text.slice(0, SHOWN_CHARACTERS);
  throw new Fault('invalid', `parameter "precision" is ${JSON.stringify(value)}; send ns, us, ms or s`, {
    field: 'precision',
    value,
  });
}

/**
 * `tenant`, `db` and `table` name the space as headers of these names do. Senders of the second generation have to send an
 * organization and a bucket, whatever they mean by them: these count where nothing else is said. A bucket may be `db/table`,
 * as InfluxDB itself maps `database/policy` to buckets.
 */
export function claimsOf(request: Request): SpaceClaims {
  const bucket = claim(request, 'bucket');
  const [db, table] = bucket?.value.split('/', 2) ?? [];
  return {
    firm: {
      ...part('tenant', claim(request, 'tenant')),
      ...part('db', claim(request, 'db')),
      ...part('table', claim(request, 'table')),
    },
    loose: {
      ...part('tenant', claim(request, 'org')),
      ...part('db', withValue(bucket, db)),
      ...part('table', withValue(bucket, table)),
    },
  };
}

function part<Name extends string>(name: Name, value: Claim | undefined): Partial<Record<Name, Claim>> {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, Claim>);
}

function withValue(claimed: Claim | undefined, value: string | undefined): Claim | undefined {
  return claimed === undefined || value === undefined ? undefined : { ...claimed, value };
}

/** An empty parameter says nothing. */
function claim(request: Request, name: string): Claim | undefined {
  const value = parameter(request, name);
  return value === undefined || value === '' ? undefined : { carrier: `parameter "${name}"`, value };
}

function parameter({ query }: Request, name: string): string | undefined {
  const value = query[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new Fault('invalid', `parameter "${name}" may be given once`, { field: name });
}
