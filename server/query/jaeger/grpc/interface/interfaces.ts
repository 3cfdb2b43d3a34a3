import type { ServiceDefinition } from '@grpc/grpc-js';
import type { PackageDefinition } from '@grpc/proto-loader';
import type { PackageFacts } from '../../../../platform/grpc-interface/describe.ts';
import { GRPC_HEALTH } from '../../../../platform/grpc-interface/grpc-health.ts';
import { loadInterfaces } from '../../../../platform/grpc-interface/load-interfaces.ts';
import { stringField } from '../../../../wire/protobuf-writer.ts';
import { JAEGER_API_V2 } from './api-v2.ts';
import { JAEGER_API_V3 } from './api-v3.ts';
import { JAEGER_EXPRESSION } from './expression.ts';
import { GOOGLE_PROTOBUF } from './google-protobuf.ts';
import { OTLP_COMMON, OTLP_RESOURCE, OTLP_TRACE } from './opentelemetry.ts';
import { JAEGER_STORAGE_V2 } from './storage-v2.ts';

const PACKAGES: readonly PackageFacts[] = [
  GOOGLE_PROTOBUF,
  OTLP_COMMON,
  OTLP_RESOURCE,
  OTLP_TRACE,
  JAEGER_EXPRESSION,
  JAEGER_API_V2,
  JAEGER_API_V3,
  JAEGER_STORAGE_V2,
  GRPC_HEALTH,
];

const DEFINITIONS = loadInterfaces(PACKAGES, { longs: 'text' });

export type ServiceName =
  | 'jaeger.api_v2.QueryService'
  | 'jaeger.api_v3.QueryService'
  | 'jaeger.api_v3.Capabilities'
  | 'jaeger.storage.v2.TraceReader'
  | 'jaeger.storage.v2.DependencyReader'
  | 'jaeger.storage.v2.Capabilities';

/** The methods of a service, with how their messages are read and written. */
export function definitionOf(name: ServiceName): ServiceDefinition {
  return DEFINITIONS[name] as ServiceDefinition;
}

/** What reflection tells: the same, and which package needs which, without which clients cannot put them together. */
export function describeInterfaces(): PackageDefinition {
  const { 'jaeger.api_v2.Span': span } = DEFINITIONS;
  // Every message has all files with it.
  const files = (span as { fileDescriptorProtos: readonly Buffer[] }).fileDescriptorProtos;
  const whole = PACKAGES.map(({ name, imports }) => {
    const file = files.find((bytes) => bytes.indexOf(stringField(FILE_NAME, fileName(name))) === 0)!;
    return Buffer.concat([file, ...imports.map((needed) => stringField(FILE_DEPENDENCY, fileName(needed)))]);
  });
  return {
    all: { format: 'Protocol Buffer 3 DescriptorProto', type: {}, fileDescriptorProtos: whole } as never,
  };
}

/** Fields of FileDescriptorProto. */
const FILE_NAME = 1;
const FILE_DEPENDENCY = 3;

/** As the library names the file of a package. */
function fileName(packageName: string): string {
  return `${packageName.replaceAll('.', '_')}.proto`;
}
