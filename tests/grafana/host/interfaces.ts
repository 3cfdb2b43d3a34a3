import {
  type Client,
  type ChannelCredentials,
  loadPackageDefinition,
  type ServiceClientConstructor,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { fileURLToPath } from 'node:url';

const FILES = ['backend.proto', 'go-plugin.proto', 'grpc-health.proto'].map((name) =>
  fileURLToPath(new URL(name, import.meta.url)),
);

/** The services of a plugin as its host calls them. */
export const SERVICES = [
  'pluginv2.Data',
  'pluginv2.Resource',
  'pluginv2.Diagnostics',
  'pluginv2.Stream',
  'plugin.GRPCController',
  'plugin.GRPCStdio',
  'plugin.GRPCBroker',
  'grpc.health.v1.Health',
] as const;
export type ServiceName = (typeof SERVICES)[number];

/** What Grafana's host dials with: messages of any size, and a name that means nothing. */
const OPTIONS = {
  'grpc.default_authority': 'unused',
  'grpc.max_receive_message_length': 2 ** 31 - 1,
  'grpc.max_send_message_length': 2 ** 31 - 1,
};

export type Services = Readonly<Record<ServiceName, Client>>;

export function dial(target: string, credentials: ChannelCredentials): Services {
  const tree = loadPackageDefinition(loadSync(FILES, { keepCase: true, longs: Number, defaults: true }));
  const clients = SERVICES.map((name) => {
    const Service = name
      .split('.')
      .reduce<unknown>((inner, part) => (inner as Record<string, unknown>)[part], tree);
    return [name, new (Service as ServiceClientConstructor)(target, credentials, OPTIONS)] as const;
  });
  return Object.fromEntries(clients) as unknown as Services;
}
