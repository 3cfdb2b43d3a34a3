// NOTICE: describes the interface of hashicorp/go-plugin, Copyright HashiCorp, Inc., MPL-2.0.
import {
  choice,
  conversing,
  message,
  one,
  type PackageFacts,
  service,
  streaming,
  unary,
} from '../../../platform/grpc-interface/describe.ts';

/** What every plugin serves beside its own services. */
export const GO_PLUGIN: PackageFacts = {
  name: 'plugin',
  imports: [],
  types: {
    Empty: message({}),
    GRPCController: service({ Shutdown: unary('Empty', 'Empty') }),
    StdioData: message(
      { channel: one('Channel', 1), data: one('bytes', 2) },
      { nested: { Channel: choice({ INVALID: 0, STDOUT: 1, STDERR: 2 }) } },
    ),
    GRPCStdio: service({ StreamStdio: streaming('Empty', 'StdioData') }),
    ConnInfo: message({
      service_id: one('uint32', 1),
      network: one('string', 2),
      address: one('string', 3),
    }),
    GRPCBroker: service({ StartStream: conversing('ConnInfo', 'ConnInfo') }),
  },
};
