import type { ServiceDefinition } from '@grpc/grpc-js';
import { loadInterfaces } from '../../../platform/grpc-interface/load-interfaces.ts';
import { GO_PLUGIN } from './go-plugin.ts';
import { PLUGIN_V2 } from './plugin-v2.ts';

/** Every 64-bit integer here is an id or a time in milliseconds. */
const DEFINITIONS = loadInterfaces([PLUGIN_V2, GO_PLUGIN], { longs: 'numbers' });

export type ServiceName =
  | 'pluginv2.Data'
  | 'pluginv2.Resource'
  | 'pluginv2.Diagnostics'
  | 'pluginv2.Stream'
  | 'plugin.GRPCController'
  | 'plugin.GRPCStdio'
  | 'plugin.GRPCBroker';

/** The methods of a service, with how their messages are read and written. */
export function definitionOf(name: ServiceName): ServiceDefinition {
  return DEFINITIONS[name] as ServiceDefinition;
}
