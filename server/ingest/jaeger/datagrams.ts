import type { DatagramProtocol } from '../datagram-receiver.ts';
import { decodeAgentBinary, decodeAgentCompact } from './decode-thrift.ts';

/** First byte of a message in compact Thrift; one in binary Thrift begins with 0x80, or with the length of a name. */
const COMPACT = 0x82;

/** What Jaeger's clients send to an agent. Both codings tell themselves apart, so either may come to either port. */
export const JAEGER_DATAGRAMS: DatagramProtocol = {
  name: 'jaeger-udp',
  formatOf: ({ 0: first }) =>
    first === COMPACT
      ? { name: 'compact', decode: decodeAgentCompact }
      : { name: 'binary', decode: decodeAgentBinary },
};
