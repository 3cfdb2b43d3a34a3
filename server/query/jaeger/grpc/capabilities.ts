import type { GrpcService } from '../../../platform/grpc-service.ts';
import type { JaegerOptions } from '../options.ts';
import { OPERATORS } from '../../filter/expression.ts';
import { createService } from './calls.ts';
import type { ServiceName } from './interface/interfaces.ts';

type CapabilitiesName = Extract<ServiceName, `${string}.Capabilities`>;

/** What the store can do; what is not named here it cannot. */
const SEARCH = {
  without_service_name: true,
  same_span_conjunction: true,
  filter: { levels: ['span', 'resource', 'scope', 'event', 'link'], operators: OPERATORS },
  paginated: true,
};

export function createCapabilities(name: CapabilitiesName, options: JaegerOptions): GrpcService {
  return createService(name, { GetCapabilities: { unary: () => ({ search: SEARCH }) } }, options);
}
