import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** The first message of a child; rejects if it ends without one. */
export async function answerOf<T>(child: ChildProcess, name: string): Promise<T> {
  const over = new AbortController();
  const { signal } = over;
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`${name} ended with ${String(code)} before its answer`);
  });
  const answered = once(child, 'message', { signal }).then(([message]) => message as T);
  try {
    return await Promise.race([answered, ended]);
  } finally {
    over.abort();
    await Promise.allSettled([answered, ended]);
  }
}
