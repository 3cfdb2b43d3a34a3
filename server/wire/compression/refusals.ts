import { Fault } from '../../errors/fault.ts';

/** The one limit on bodies, packed or unpacked; every refusal for size names it. */
export const BODY_LIMIT_SETTING = 'SPANHOUSE_MAX_BODY_BYTES';

/** The body is, or would unpack to, more than may be held. */
export function tooLarge(maxBytes: number, what = 'the body unpacks to'): Fault {
  return new Fault(
    'too-large',
    `${what} more than ${maxBytes} bytes; send smaller batches, or raise ${BODY_LIMIT_SETTING}, which is ${maxBytes}`,
    { field: 'body', setting: BODY_LIMIT_SETTING, value: String(maxBytes) },
  );
}

/** The body is not what its content-encoding says; `reason` is for whoever wrote the sender. */
export function broken(coding: string, reason: string, cause?: unknown): Fault {
  return new Fault('invalid', `the body is not valid ${coding}, which its encoding says it is: ${reason}`, {
    field: 'body',
    ...(cause === undefined ? {} : { cause }),
  });
}
