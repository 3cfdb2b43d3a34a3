// NOTICE: describes the interface of gRPC's health checking (grpc-proto), Copyright The gRPC Authors, Apache-2.0.
import { choice, message, one, type PackageFacts, service, streaming, unary } from './describe.ts';

/** Described for reflection; served by ../grpc-health.ts. */
export const GRPC_HEALTH: PackageFacts = {
  name: 'grpc.health.v1',
  imports: [],
  types: {
    HealthCheckRequest: message({ service: one('string', 1) }),
    HealthCheckResponse: message(
      { status: one('ServingStatus', 1) },
      { nested: { ServingStatus: choice({ UNKNOWN: 0, SERVING: 1, NOT_SERVING: 2, SERVICE_UNKNOWN: 3 }) } },
    ),
    Health: service({
      Check: unary('HealthCheckRequest', 'HealthCheckResponse'),
      Watch: streaming('HealthCheckRequest', 'HealthCheckResponse'),
    }),
  },
};
