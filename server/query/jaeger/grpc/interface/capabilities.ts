// NOTICE: describes the interface of Jaeger (jaeger-idl), Copyright The Jaeger Authors, Apache-2.0.
import {
  many,
  message,
  one,
  type PackageFacts,
  service,
  unary,
} from '../../../../platform/grpc-interface/describe.ts';

/** The same in api_v3 and in storage v2. */
export const CAPABILITIES: PackageFacts['types'] = {
  FilterCapabilities: message({ levels: many('string', 1), operators: many('string', 2) }),
  SearchCapabilities: message({
    without_service_name: one('bool', 1),
    same_span_conjunction: one('bool', 2),
    filter: one('FilterCapabilities', 3),
    paginated: one('bool', 4),
    span_search: one('bool', 5),
    span_sorting: one('bool', 6),
  }),
  GetCapabilitiesRequest: message({}),
  GetCapabilitiesResponse: message({ search: one('SearchCapabilities', 1) }),
  Capabilities: service({ GetCapabilities: unary('GetCapabilitiesRequest', 'GetCapabilitiesResponse') }),
};
