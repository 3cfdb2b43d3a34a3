import type { DrawnSpan, Origin } from '../draw-spans.ts';
import type { EncodedSpans, TrafficFormat } from '../traffic-format.ts';
import { JaegerThrift, writeBatch } from './jaeger-thrift.ts';
import { ThriftCompact } from './thrift-compact.ts';

/** What Jaeger's clients send to an agent, in compact Thrift: a call of `emitBatch`. */
export class JaegerDatagram implements TrafficFormat {
  /** As Jaeger's clients have it, below what a datagram can hold. */
  readonly maxBodyBytes = 65_000;
  readonly #spans = new JaegerThrift(() => new ThriftCompact());
  readonly #call = new ThriftCompact();

  encodeSpan(span: DrawnSpan, origin: Origin): Buffer {
    return this.#spans.encodeSpan(span, origin);
  }

  encodeRequest(spans: EncodedSpans, origin: Origin): Buffer {
    const call = this.#call;
    call.clear();
    call.message('emitBatch');
    call.root(() => {
      call.struct(1, () => {
        writeBatch(call, spans, origin);
      });
    });
    return call.view();
  }
}
