import { Fault } from '../../errors/fault.ts';
import type { ResourceRequest } from './resource.ts';
import { parseSpaces } from './spaces.ts';

const NO_PARAMS = new URLSearchParams();

/** `{services, cut}` of any server. */
export async function listServices({ upstream, signal }: ResourceRequest): Promise<unknown> {
  switch (await upstream.serverKind(signal)) {
    case 'spanhouse':
      return upstream.getJson('/api/v1/services', NO_PARAMS, signal);
    case 'jaeger-second':
    case 'jaeger-first': {
      const { data } = (await upstream.getJson('/api/services', NO_PARAMS, signal)) as {
        readonly data?: readonly string[] | null;
      };
      return { services: data ?? [], cut: false };
    }
  }
}

/** `{operations: [{service, name, kind}], cut}`; Jaeger needs to be told whose. */
export async function listOperations({ upstream, params, signal }: ResourceRequest): Promise<unknown> {
  const service = params.get('service') ?? '';
  if ((await upstream.serverKind(signal)) === 'spanhouse') {
    return upstream.getJson('/api/v1/operations', pick(params, ['service', 'kind']), signal);
  }
  if (service === '') return { operations: [], cut: false };
  const { data } = (await upstream.getJson(
    '/api/operations',
    pick(params, ['service', 'kind'], { kind: 'spanKind' }),
    signal,
  )) as { readonly data?: readonly { readonly name: string; readonly spanKind: string }[] | null };
  return {
    operations: (data ?? []).map(({ name, spanKind }) => ({ service, name, kind: spanKind })),
    cut: false,
  };
}

/** `{keys: [{key, level}], cut}`; Jaeger cannot tell. */
export async function listAttributeKeys({ upstream, params, signal }: ResourceRequest): Promise<unknown> {
  if ((await upstream.serverKind(signal)) !== 'spanhouse') return { keys: [], cut: false };
  return upstream.getJson('/api/v1/attributes/keys', pick(params, ['level', 'prefix', 'limit']), signal);
}

/** `{values: [{value, count}]}`; Jaeger cannot tell. */
export async function listAttributeValues({ upstream, params, signal }: ResourceRequest): Promise<unknown> {
  if ((params.get('key') ?? '') === '') {
    throw new Fault('invalid', 'the parameter "key" is missing: it names the attribute', { field: 'key' });
  }
  if ((await upstream.serverKind(signal)) !== 'spanhouse') return { values: [] };
  return upstream.getJson('/api/v1/attributes/values', pick(params, VALUE_PARAMS), signal);
}

const VALUE_PARAMS = ['key', 'level', 'from', 'to', 'service', 'prefix', 'limit'];

/**
 * What tenant, db and table may be set to. All of them are for those who may change the data source; others see those
 * of the data source's own tenant.
 */
export async function listSpaces({ upstream, instance, role, signal }: ResourceRequest): Promise<unknown> {
  if ((await upstream.serverKind(signal)) !== 'spanhouse') return { spaces: [] };
  const { tenant } = instance.settings.json;
  if (role !== 'Admin' && (tenant ?? '') === '') return { spaces: [] };
  const spaces = parseSpaces(await upstream.getJson('/api/v1/spaces', NO_PARAMS, signal));
  const shown = role === 'Admin' ? spaces : spaces.filter((space) => space.tenant === tenant);
  return { spaces: shown.map((space) => ({ ...space })) };
}

/** Only what is known here goes on to the server. */
function pick(
  params: URLSearchParams,
  names: readonly string[],
  renamed: Readonly<Record<string, string>> = {},
): URLSearchParams {
  const picked = new URLSearchParams();
  for (const name of names) {
    const value = params.get(name);
    if (value !== null && value !== '') picked.set(renamed[name] ?? name, value);
  }
  return picked;
}
