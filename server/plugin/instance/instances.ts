import { createHash } from 'node:crypto';
import type { DataSourceInstanceSettings, PluginContext } from '../protocol/messages.ts';
import { createUpstream } from './create-upstream.ts';
import { type CallerHeaders, forwardedHeaders } from './forwarded-headers.ts';
import { type InstanceSettings, parseInstanceSettings } from './instance-settings.ts';
import { createServerKindMemory } from './server-kind.ts';
import { openTransport } from './transport.ts';
import type { Upstream } from './upstream.ts';

/** A data source with its connections. */
export interface Instance {
  readonly settings: InstanceSettings;
  /** For one call: with what of the caller's headers goes on, and the trace that it belongs to. */
  upstreamFor(caller: CallerHeaders, trace: Readonly<Record<string, string>>): Upstream;
}

/** The data sources that were asked of late. */
export interface Instances {
  /** Throws a Fault for settings that cannot be used. */
  of(context: PluginContext | null): Instance;
  close(): void;
}

interface Kept {
  readonly instance: Instance;
  readonly fingerprint: string;
  close(): void;
}

/** Of data sources that were deleted nobody tells. */
const MAX_INSTANCES = 500;

export function createInstances(observeUpstream: (outcome: string) => void): Instances {
  const kept = new Map<string, Kept>();
  const drop = (key: string): void => {
    kept.get(key)?.close();
    kept.delete(key);
  };
  return {
    of(context) {
      const source = context?.dataSourceInstanceSettings ?? null;
      const key = `${context?.orgId ?? 0}/${source?.uid ?? ''}`;
      const fingerprint = source === null ? '' : fingerprintOf(source);
      const known = kept.get(key);
      if (known?.fingerprint === fingerprint) {
        // The last in the map is the one that was asked last.
        kept.delete(key);
        kept.set(key, known);
        return known.instance;
      }
      drop(key);
      const made = openInstance(parseInstanceSettings(context), fingerprint, observeUpstream);
      kept.set(key, made);
      if (kept.size > MAX_INSTANCES) drop(kept.keys().next().value!);
      return made.instance;
    },
    close() {
      for (const key of [...kept.keys()]) drop(key);
    },
  };
}

/** Of everything that is set, secrets too: whoever knows other ones gets connections of their own. */
function fingerprintOf(source: DataSourceInstanceSettings): string {
  // The host sends maps in an order that is another one each time.
  const decryptedSecureJsonData = Object.entries(source.decryptedSecureJsonData).sort(([one], [other]) =>
    one < other ? -1 : 1,
  );
  return createHash('sha256')
    .update(
      JSON.stringify({ ...source, jsonData: source.jsonData.toString('base64'), decryptedSecureJsonData }),
    )
    .digest('base64');
}

function openInstance(
  settings: InstanceSettings,
  fingerprint: string,
  observe: (outcome: string) => void,
): Kept {
  const transport = openTransport(settings);
  const memory = createServerKindMemory();
  const instance: Instance = {
    settings,
    upstreamFor: (caller, trace) =>
      createUpstream({
        settings,
        transport,
        callHeaders: { ...forwardedHeaders(caller, settings.forward), ...trace },
        memory,
        observe,
      }),
  };
  return {
    instance,
    fingerprint,
    close: () => {
      transport.close();
    },
  };
}
