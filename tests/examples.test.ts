import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { addressFlaws } from './examples/addresses.ts';
import { collectorFlaws } from './examples/collector.ts';
import { commandFlaws, composeFlaws, servicesOfExample } from './examples/compose.ts';
import { fileFlaws, readmeFlaws, settingFlaws } from './examples/files.ts';
import { headerFlaws } from './examples/headers.ts';
import { kubernetesFlaws } from './examples/kubernetes.ts';
import { type Example, readExamples } from './examples/read-examples.ts';
import { ROOT } from './examples/server-doors.ts';

const FOLDER = join(ROOT, 'examples');
const examples = readExamples(FOLDER);

const CHECKS = {
  'files parse': fileFlaws,
  'the README tells of every file': readmeFlaws,
  'settings are the server’s': settingFlaws,
  'compose files fit together, with pinned images on loopback': composeFlaws,
  'commands name services and profiles that are there': commandFlaws,
  'Collectors define what they use, and use what they define': collectorFlaws,
  'somebody listens and serves at every address': addressFlaws,
  'headers are those that the server reads': headerFlaws,
  'manifests fit together': kubernetesFlaws,
};

describe.each(examples.map((example) => [example.name, example] as const))('%s', (_, example) => {
  test.each(Object.entries(CHECKS))('%s', (_what, flawsOf) => {
    expect(flawsOf(example)).toEqual([]);
  });
});

test('the list of examples has each of them', () => {
  const list = readFileSync(join(FOLDER, 'README.md'), 'utf8');
  const listed = [...list.matchAll(/^\| \[([\w-]+)\]\(([\w-]+)\)/gm)];
  for (const [, name, link] of listed) expect(link).toBe(name);
  expect(listed.map(([, name]) => name).sort()).toEqual(examples.map(({ name }) => name).sort());
});

test('images of ours have this version', () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const images = examples.flatMap(servicesOfExample).map(({ image }) => image);
  const ours = images.filter((image) => image.startsWith('spanhouse:'));
  expect(new Set(ours)).toEqual(new Set([`spanhouse:${version}`]));
});

test('one version of each image that is not ours', () => {
  const images = examples
    .flatMap(servicesOfExample)
    .map(({ image }) => image)
    .filter((image) => !image.startsWith('jaegertracing/example-hotrod:'));
  const names = [...new Set(images)].map((image) => image.replace(/:[^:]*$/, ''));
  expect(names).toEqual([...new Set(names)]);
});

type Breakage = readonly [name: string, path: string, what: string | RegExp, by: string, said: string];

/** An example, what is broken in which of its files, and what is to be said of it. */
const BREAKAGES: readonly Breakage[] = [
  ['zipkin', 'README.md', /^#/, '', 'no title'],
  ['cnosdb', 'collector.yaml', 'receivers:', 'receivers: {', 'collector.yaml: '],
  ['cnosdb', 'collector.yaml', 'compression: gzip', 'compression: gzip\n    compression: none', 'unique'],
  ['jaeger-clients', 'sampling.json', '"ratelimiting"', '"often"', 'sampling.json'],
  ['jaeger-clients', 'udp.env', 'JAEGER_AGENT_PORT=', 'JAEGER_AGENT_PORT ', 'not a line'],
  ['emqx', 'emqx.hocon', 'headers {', 'headers', 'brackets'],
  ['datalayers', 'README.md', '`emqx.hocon`', 'EMQX', 'tell of emqx.hocon'],
  ['ekuiper', 'compose.yaml', 'SPANHOUSE_SPACE_PORTS', 'SPANHOUSE_SPACE_PORT', 'is not a setting'],
  ['ekuiper', 'compose.yaml', 'http:4319=acme/iot/traces', 'http:4319=acme', 'SPANHOUSE_SPACE_PORTS'],
  [
    'ekuiper',
    'README.md',
    'SPANHOUSE_SPACE_PORTS=http',
    'SPANHOUSE_SPACE_PORTS=https',
    'SPANHOUSE_SPACE_PORTS',
  ],
  ['kubernetes', 'base/configmap.yaml', 'SPANHOUSE_RETENTION: 14d', 'SPANHOUSE_RETENTION: 14', 'RETENTION'],
  ['hotrod', 'compose.yaml', 'example-hotrod:1.76.0', 'example-hotrod:latest', 'not pinned'],
  ['hotrod', 'compose.yaml', '127.0.0.1:8080:8080', '8080:8080', 'on loopback'],
  ['hotrod', 'compose.yaml', '127.0.0.1:8081:8080', '127.0.0.1:8080:8080', 'twice'],
  [
    'hotrod',
    'compose.yaml',
    /SPANHOUSE_JAEGER_COMPACT_PORT: .*/,
    'SPANHOUSE_LOG_LEVEL: info',
    'no datagrams',
  ],
  [
    'petclinic',
    'compose.yaml',
    'java-agent:\n        condition',
    'agent:\n        condition',
    'which is no service',
  ],
  ['petclinic', 'compose.yaml', '- agent:/agent:ro', '- agents:/agent:ro', 'which is not there'],
  ['collector-agent', 'compose.yaml', '--config=/etc/otelcol/', '--config=/etc/', 'which nobody mounts'],
  ['collector-agent', 'compose.yaml', './collector.yaml:', './config.yaml:', 'which is not there'],
  ['collector-sidecar', 'compose.yaml', 'service:app', 'service:apps', 'which is no service'],
  ['collector-tenants', 'README.md', '--profile headers', '--profile header', 'no profile header'],
  ['emqx', 'README.md', '--rm mqttx pub', '--rm mqtt pub', 'no service mqtt'],
  ['collector-gateway', 'gateway.yaml', 'filter, attributes', 'filter', 'attributes is defined and not used'],
  [
    'collector-gateway',
    'gateway.yaml',
    'extensions: [health_check]',
    'extensions: [zpages]',
    'zpages is used',
  ],
  [
    'collector-tenants',
    'routing.yaml',
    'pipelines: [traces/umbra]',
    'pipelines: [traces/rain]',
    'no pipeline',
  ],
  ['collector-tenants', 'routing.yaml', 'exporters: [routing]', 'exporters: [otlp_grpc/acme]', 'written to'],
  [
    'collector-tenants',
    'headers-setter.yaml',
    'authenticator: headers_setter',
    'authenticator: oidc',
    'no extension',
  ],
  ['collector-agent', 'collector.yaml', /otlp_grpc/g, 'otlp', 'called otlp_grpc now'],
  ['collector-agent', 'collector.yaml', 'spanhouse:4317', 'spanhouse:4417', 'does not open'],
  ['collector-agent', 'collector.yaml', 'spanhouse:4317', 'spanhouse:4318', 'speaks grpc'],
  ['collector-gateway', 'agent.yaml', 'gateway:4317', 'gateways:4317', 'nobody listens at gateways:4317'],
  ['collector-gateway', 'agent.yaml', 'gateway:4317', 'gateway:4318', 'speaks grpc'],
  ['collector-load-balancing', 'balancer.yaml', 'gateway-2:4317', 'gateway-3:4317', 'nobody listens'],
  [
    'collector-agent',
    'compose.yaml',
    '127.0.0.1:16686:16686',
    '127.0.0.1:16686:16687',
    'where nothing listens',
  ],
  ['jaeger-clients', 'compose.yaml', '6832:6832/udp', '6832:6832', 'where nothing listens'],
  ['collector-agent', 'README.md', '/api/services', '/api/service', 'does not serve'],
  ['zipkin', 'application.properties', '/api/v2/spans', '/api/v2/span', 'does not serve'],
  ['zipkin', 'README.md', '127.0.0.1:9411/api', '127.0.0.1:9412/api', 'nothing is published'],
  ['datalayers', 'compose.yaml', /SPANHOUSE_INFLUX_PORT: .*/, 'SPANHOUSE_LOG_LEVEL: info', '8361'],
  ['ekuiper', 'README.md', '4319/trace/rule', '4319/traces/rule', 'does not serve'],
  ['cnosdb', 'collector.yaml', 'tenant: cnosdb', 'tenants: cnosdb', 'the header tenants'],
  [
    'cnosdb',
    'grafana/datasource.yaml',
    'httpHeaderName2: db',
    'httpHeaderName2: database',
    'the header database',
  ],
  ['cnosdb', 'README.md', "-H 'db: public'", "-H 'database: public'", 'the header database'],
  ['cnosdb-python', 'send.py', '"tenant": "cnosdb"', '"tenants": "cnosdb"', 'the header tenants'],
  ['emqx', 'emqx.hocon', 'tenant = ', 'tenants = ', 'the header tenants'],
  ['influx', 'telegraf.conf', '"tenant" = ', '"org" = ', 'the header org'],
  ['petclinic', 'compose.yaml', 'tenant=acme,db=', 'tenant=acme,database=', 'the header database'],
  ['collector-tenants', 'compose.yaml', '--otlp-header=db=', '--otlp-header=base=', 'the header base'],
  [
    'collector-tenants',
    'headers-setter.yaml',
    '[tenant, db, table]',
    '[tenant, database]',
    'the header database',
  ],
  ['kubernetes', 'base/service.yaml', '  name: spanhouse', '  title: spanhouse', 'has no name'],
  ['kubernetes', 'base/service.yaml', 'apiVersion: v1', 'apiVersion: version', 'no version of an API'],
  ['kubernetes', 'base/service.yaml', 'targetPort: zipkin', 'targetPort: zipkins', 'port zipkins'],
  ['kubernetes', 'base/service.yaml', 'port: 9411', 'port: 9412', 'which is not open'],
  [
    'kubernetes',
    'base/service.yaml',
    /app.kubernetes.io\/name: spanhouse/,
    'app: spanhouse',
    'no container of',
  ],
  [
    'kubernetes',
    'base/networkpolicy.yaml',
    'port: influx',
    'port: influxdb',
    'no container has port influxdb',
  ],
  ['kubernetes', 'base/statefulset.yaml', 'containerPort: 9411', 'containerPort: 9412', 'lacks port 9411'],
  [
    'kubernetes',
    'base/statefulset.yaml',
    /path: \/healthz\n +port: http/,
    'path: /\n port: web',
    'statefulset.yaml',
  ],
  ['kubernetes', 'base/statefulset.yaml', 'port: http\n', 'port: web\n', 'a probe asks port web'],
  [
    'kubernetes',
    'base/statefulset.yaml',
    'enableServiceLinks: false',
    'hostNetwork: false',
    'from Kubernetes',
  ],
  [
    'kubernetes',
    'base/statefulset.yaml',
    'name: spanhouse\n          ports',
    'name: span\n          ports',
    'ConfigMap span',
  ],
  ['kubernetes', 'base/kustomization.yaml', '0.1.0\n', 'latest\n', 'not pinned'],
  ['kubernetes', 'base/kustomization.yaml', '  - service.yaml\n', '', 'is not listed'],
  ['kubernetes', 'clickhouse/kustomization.yaml', '- secret.yaml', '- secrets.yaml', 'is not there'],
  ['kubernetes', 'clickhouse/secret.yaml', 'spanhouse-clickhouse', 'clickhouse', 'no Secret'],
  ['collector-agent', 'collector.yaml', 'storage: file_storage', 'storage: disk', 'disk is no extension'],
  ['kubernetes', 'operator/sidecar.yaml', 'gateway-collector.', 'gateway.', 'nobody listens'],
];

describe('what is broken is found', () => {
  const titled = BREAKAGES.map(
    (breakage) => [`${breakage[0]}/${breakage[1]}: ${breakage[4]}`, breakage] as const,
  );
  test.each(titled)('%s', (_, [name, path, what, by, said]) => {
    const broken = withChange(
      examples.find((one) => one.name === name)!,
      path,
      what,
      by,
    );
    const flaws = Object.values(CHECKS).flatMap((flawsOf) => flawsOf(broken));
    expect(flaws.join('\n')).toContain(said);
  });
});

function withChange(example: Example, path: string, what: string | RegExp, by: string): Example {
  const files = example.files.map((file) =>
    file.path === path ? { path, text: file.text.replace(what, () => by) } : file,
  );
  expect(files, `${path} has ${String(what)}`).not.toEqual(example.files);
  return { ...example, files };
}
