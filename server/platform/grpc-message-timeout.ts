import { ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js';
import { Fault } from '../errors/fault.ts';
import { type PresentedStatus, presentStatus } from './grpc-status.ts';
import { BODY_TIMEOUT_SETTING } from './http-body.ts';

/**
 * Ends calls whose request is not there whole in time: the library waits for as long as the connection lives, with what has
 * come of it in memory. A stream of requests is there with the first of them.
 */
export function limitWaiting(timeoutMs: number): ServerInterceptor {
  return (method, call) =>
    new ServerInterceptingCall(call, {
      start(next) {
        const sendStatus: (status: PresentedStatus) => void = call.sendStatus.bind(call);
        let isOver = false;
        const timer = setTimeout(() => {
          isOver = true;
          sendStatus(presentStatus(tooSlow(timeoutMs)));
        }, timeoutMs);
        const arrived = (proceed: () => void): void => {
          clearTimeout(timer);
          if (!isOver) proceed();
        };
        next({
          onReceiveMessage: (message, proceed) => {
            const pass = (): void => {
              proceed(message);
            };
            if (method.requestStream) arrived(pass);
            else if (!isOver) pass();
          },
          onReceiveHalfClose: arrived,
          onCancel: () => {
            clearTimeout(timer);
          },
        });
      },
    });
}

function tooSlow(timeoutMs: number): Fault {
  return new Fault(
    'too-slow',
    `the request did not arrive within ${timeoutMs / 1000} s, which is how long ${BODY_TIMEOUT_SETTING} lets it take`,
    { setting: BODY_TIMEOUT_SETTING, value: `${timeoutMs / 1000}s` },
  );
}
