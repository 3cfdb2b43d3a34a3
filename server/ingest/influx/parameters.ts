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
  const text = parameter(parametersOf(request), 'precision');
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
  const said = parametersOf(request);
  const bucket = claim(said, 'bucket');
  const [db, ...rest] = bucket?.value.split('/') ?? [];
  const table = rest.length === 0 ? undefined : rest.join('/');
  return {
    firm: {
      ...part('tenant', claim(said, 'tenant')),
      ...part('db', claim(said, 'db')),
      ...part('table', claim(said, 'table')),
    },
    loose: {
      ...part('tenant', claim(said, 'org')),
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
function claim(said: URLSearchParams, name: string): Claim | undefined {
  const value = parameter(said, name);
  return value === undefined || value === '' ? undefined : { carrier: `parameter "${name}"`, value };
}

/** All of them: `request.query` leaves out what stands behind the first thousand. */
function parametersOf({ url }: Request): URLSearchParams {
  const at = url.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : url.slice(at));
}

function parameter(said: URLSearchParams, name: string): string | undefined {
  const values = said.getAll(name);
  if (values.length <= 1) return values[0];
  throw new Fault('invalid', `parameter "${name}" may be given once`, { field: name });
}
