import type { sendUnaryData, ServerUnaryCall, ServiceDefinition } from '@grpc/grpc-js';
import { randomUUID } from 'node:crypto';
import { Fault } from '../errors/fault.ts';
import { type EdgeLogger, reportFault } from '../platform/fault-report.ts';
import { loadInterfaces } from '../platform/grpc-interface/load-interfaces.ts';
import { bytesMethod, type GrpcService } from '../platform/grpc-service.ts';
import { presentStatus } from '../platform/grpc-status.ts';
import { JAEGER_SAMPLING } from './interface.ts';
import { membersOf, STRATEGY_TYPES } from './present-strategy.ts';
import { type Strategy, strategyOf } from './strategies.ts';
import type { StrategiesNow } from './watch-strategies.ts';

const NAME = 'jaeger.api_v2.SamplingManager';
const METHOD = 'GetSamplingStrategy';
const DEFINITION = (loadInterfaces([JAEGER_SAMPLING], { longs: 'numbers' })[NAME] as ServiceDefinition)[
  METHOD
]!;

export interface SamplingServiceOptions {
  readonly strategies: StrategiesNow;
  readonly logger: EdgeLogger;
}

/** The same question as over HTTP. */
export function samplingService({ strategies, logger }: SamplingServiceOptions): GrpcService {
  const answer = async (request: Buffer): Promise<Buffer> => {
    const service = decodeServiceName(request);
    return encodeStrategy(strategyOf(await strategies(), service));
  };
  const handle = (call: ServerUnaryCall<Buffer, Buffer>, respond: sendUnaryData<Buffer>): void => {
    answer(call.request).then(
      (message) => {
        respond(null, message);
      },
      (thrown: unknown) => {
        respond(presentStatus(reportFault(thrown, randomUUID(), logger)));
      },
    );
  };
  return { name: NAME, methods: { [METHOD]: { ...bytesMethod(DEFINITION.path), handle } } };
}

function decodeServiceName(request: Buffer): string {
  try {
    return (DEFINITION.requestDeserialize(request) as { readonly serviceName: string }).serviceName;
  } catch (cause) {
    throw new Fault('invalid', 'the message is not valid protobuf for this method', { cause });
  }
}

function encodeStrategy(strategy: Strategy): Buffer {
  const strategyType = STRATEGY_TYPES[strategy.kind].number;
  return DEFINITION.responseSerialize({ strategyType, ...membersOf(strategy) });
}
