import type { ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import type { GrpcMethod, GrpcService } from '../../../platform/grpc-service.ts';
import { describeInterfaces } from './interface/interfaces.ts';

/** grpc.reflection.v1 and v1alpha: what is served here, for tools that have no descriptions of their own. */
export function createReflection(): readonly GrpcService[] {
  const services: GrpcService[] = [];
  // The library puts its services into a server by itself: here they are only taken.
  new ReflectionService(describeInterfaces()).addToServer({
    addService: (definition, handlers) => {
      services.push(serviceOf(definition, handlers));
    },
  });
  return services;
}

function serviceOf(definition: ServiceDefinition, handlers: UntypedServiceImplementation): GrpcService {
  const methods = Object.entries(definition).map(([name, method]) => {
    return [name, { ...method, handle: handlers[name] } as GrpcMethod] as const;
  });
  const [, name] = methods[0]![1].path.split('/');
  return { name: name!, methods: Object.fromEntries(methods) };
}
