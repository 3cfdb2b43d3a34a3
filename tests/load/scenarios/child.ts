import { fork } from 'node:child_process';
import { once } from 'node:events';

/** As the launcher of the product has them: its reasons are written there. */
const LAUNCHED = { UV_THREADPOOL_SIZE: '24', JE_MALLOC_CONF: 'dirty_decay_ms:300,prof:false' };

/** Runs a program of this folder on a task, and resolves to what it answers: the engine opens one directory per process. */
export async function runChild<T>(program: URL, task: object): Promise<T> {
  const child = fork(program, { env: { ...process.env, ...LAUNCHED } });
  const over = new AbortController();
  const { signal } = over;
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`${program.pathname} ended with ${String(code)} before its answer`);
  });
  const answered = once(child, 'message', { signal }).then(([answer]) => answer as T);
  child.send(task);
  try {
    return await Promise.race([answered, ended]);
  } finally {
    over.abort();
    ended.catch(() => undefined);
    answered.catch(() => undefined);
  }
}

/** The other side: works once, answers, ends. The task is what the parent has sent. */
export function answerParent(work: (task: never) => Promise<object>): void {
  // Whoever started it is gone.
  process.once('disconnect', () => process.exit());
  process.once('message', (task) => {
    void work(task as never).then((answer) => process.send!(answer, () => process.exit()));
  });
}
