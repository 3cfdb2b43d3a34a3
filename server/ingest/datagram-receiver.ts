import { type Fault, toFault } from '../errors/fault.ts';
import type { DatagramHandler } from '../platform/udp-listener.ts';
import { type Edge, type Format, startWatch } from './edge.ts';
import { openRoom } from './room.ts';

/** What one protocol's datagrams look like. */
export interface DatagramProtocol {
  /** Under which its datagrams are counted. */
  readonly name: string;
  /** Throws Fault `invalid` for a datagram that is none of the protocol's. */
  readonly formatOf: (bytes: Uint8Array) => Format;
}

/** Nobody can be answered, so the log is told; not for each of a thousand datagrams a second. */
const TELL_EVERY_MS = 10_000;

/** Takes a protocol's spans from datagrams. Whoever sends one is not told what becomes of it: the log and metrics are. */
export function createDatagramReceiver(edge: Edge, protocol: DatagramProtocol): DatagramHandler {
  const tell = createTeller(edge, protocol.name);
  const underWay = new Set<Promise<void>>();
  const takeSpans = async (bytes: Buffer): Promise<void> => {
    const watch = startWatch(edge, protocol.name);
    const room = openRoom(edge.intake);
    watch.bodyBytes = bytes.length;
    try {
      const format = protocol.formatOf(bytes);
      watch.format = format.name;
      room.grow(bytes.length);
      const receipt = await edge.intake.accept(edge.portSpace ?? edge.spaceDefaults, bytes, format.decode);
      watch.finish('ok', receipt);
      if (receipt.rejected > 0) tell.refusal(receipt.message);
    } catch (thrown) {
      const fault = toFault(thrown);
      watch.finish(fault.code);
      tell.refusal(fault.message, fault);
    } finally {
      room.release();
    }
  };
  return {
    take(bytes) {
      const work = takeSpans(bytes);
      underWay.add(work);
      void work.then(() => underWay.delete(work));
    },
    failed(cause) {
      edge.logger.error({ protocol: protocol.name, err: cause }, 'the socket for datagrams failed');
    },
    async settled() {
      await Promise.all(underWay);
      tell.rest();
    },
  };
}

interface Teller {
  readonly refusal: (reason: string, fault?: Fault) => void;
  /** Tells what is not told yet. */
  readonly rest: () => void;
}

/** Logs the first of what is refused at once, and then from time to time how many there were, and why the last one was. */
function createTeller(edge: Edge, protocol: string): Teller {
  let untold = 0;
  let last: { readonly reason: string; readonly fault: Fault | undefined } | undefined;
  let pause: NodeJS.Timeout | undefined;
  const rest = (): void => {
    clearTimeout(pause);
    pause = undefined;
    if (last === undefined) return;
    const { reason, fault } = last;
    const fields = { protocol, reason, datagrams: untold };
    if (fault?.code === 'internal')
      edge.logger.error({ ...fields, err: fault.cause }, 'datagrams were lost for a reason of ours');
    else edge.logger.warn(fields, 'spans that came as datagrams were refused');
    untold = 0;
    last = undefined;
    pause = setTimeout(rest, TELL_EVERY_MS).unref();
  };
  const refusal: Teller['refusal'] = (reason, fault) => {
    untold++;
    last = { reason, fault };
    if (pause === undefined) rest();
  };
  return { refusal, rest };
}
