import {
  type Metadata,
  type ServerInterceptingCallInterface,
  ServerInterceptingCall,
  type ServerInterceptor,
  status as grpcStatus,
} from '@grpc/grpc-js';
import { Fault } from '../errors/fault.ts';
import { tooLarge } from '../wire/compression/refusals.ts';
import { createTurnstile, type Turnstile } from '../wire/compression/turnstile.ts';
import { type PresentedStatus, presentStatus } from './grpc-status.ts';
import { tooSlow } from './http-body.ts';

type LibraryStatus = Parameters<ServerInterceptingCallInterface['sendStatus']>[0];

/** What a unary method asks before, and while, the library reads and unpacks a message that the method has not seen. */
export interface CallGuard {
  /** Of the method, as in `/package.Service/Method`. */
  readonly path: string;
  /** Throws to refuse the call before a byte of its message is read. */
  readonly check: (metadata: Metadata) => void;
  /** Messages that are read and unpacked at a time; other calls wait with their messages unread. */
  readonly maxReaders: number;
  readonly readTimeoutMs: number;
  /** The library's own limit, for the refusal to name. */
  readonly maxMessageBytes: number;
  /** Told why a call never reached its method; gives what to tell the client. */
  readonly report: (thrown: unknown) => Fault;
}

/** Bounds what is held for calls whose method has not been asked yet, and says in our words what the library refuses. */
export function guardReading(guard: CallGuard): ServerInterceptor {
  const readers = createTurnstile(guard.maxReaders);
  return (method, call) => {
    if (method.path !== guard.path) return new ServerInterceptingCall(call);
    const reading = new Reading(guard, readers, call);
    return new ServerInterceptingCall(call, {
      start(next) {
        next({
          onReceiveMetadata: (metadata, proceed) => void reading.begin(metadata, proceed),
          onReceiveMessage: (message, proceed) => {
            reading.end();
            proceed(message);
          },
          // Also how the library tells that a sender vanished.
          onReceiveHalfClose: (proceed) => {
            reading.cancel();
            proceed();
          },
          onCancel: () => {
            reading.cancel();
          },
        });
      },
    });
  };
}

/** A call from its metadata to its message. */
class Reading {
  private readonly guard: CallGuard;
  private readonly readers: Turnstile;
  private readonly sendStatus: (status: LibraryStatus | PresentedStatus) => void;
  private isOver = false;
  private leave = (): void => undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(guard: CallGuard, readers: Turnstile, call: ServerInterceptingCallInterface) {
    this.guard = guard;
    this.readers = readers;
    this.sendStatus = call.sendStatus.bind(call);
    // What the library refuses while reading it sends by itself, past every interceptor.
    call.sendStatus = (status) => {
      if (this.isOver) this.sendStatus(status);
      else this.refuse(this.translate(status));
    };
  }

  async begin(metadata: Metadata, proceed: (metadata: Metadata) => void): Promise<void> {
    try {
      this.guard.check(metadata);
    } catch (thrown) {
      this.refuse(thrown);
      return;
    }
    const leave = await this.readers.enter();
    if (this.isOver) {
      leave();
      return;
    }
    this.leave = leave;
    this.timer = setTimeout(() => {
      this.refuse(tooSlow(this.guard.readTimeoutMs));
    }, this.guard.readTimeoutMs);
    proceed(metadata);
  }

  end(): void {
    this.isOver = true;
    clearTimeout(this.timer);
    this.leave();
  }

  cancel(): void {
    this.refuse(new Fault('cancelled', 'the call ended before its message was complete'));
  }

  private refuse(thrown: unknown): void {
    if (this.isOver) return;
    this.end();
    this.sendStatus(presentStatus(this.guard.report(thrown)));
  }

  /** By code: these are the only ways in which the library fails before it has a message. */
  private translate({ code, details }: LibraryStatus): Fault {
    if (code === grpcStatus.RESOURCE_EXHAUSTED) {
      return tooLarge(this.guard.maxMessageBytes, 'the message is, or unpacks to,');
    }
    if (code === grpcStatus.DEADLINE_EXCEEDED) {
      return new Fault('too-slow', 'the deadline of the call passed before its message was read');
    }
    if (code === grpcStatus.UNIMPLEMENTED) {
      return new Fault('unimplemented', `${details}; send gzip, deflate or identity`);
    }
    return new Fault('invalid', `the message cannot be read: ${details}`);
  }
}
