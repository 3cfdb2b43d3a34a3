import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** Runs a program of this folder that sends one message when it is done; resolves to that. */
export async function runForAnswer<T>(program: URL, args: readonly string[]): Promise<T> {
  return answerOf<T>(fork(program, args), program.pathname);
}

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
