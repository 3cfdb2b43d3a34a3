import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { makeDataDir } from '../support/server-process.ts';

/** Below it, where the front's engine keeps its files. */
export const FRONT_ENGINE_FOLDER = 'data';

const PROGRAM = fileURLToPath(new URL('../../dist/tests/e2e/front-process.js', import.meta.url));

/** A ClickHouse server for the remote engine, in a process that can be killed and come back. */
export class Front {
  readonly directory = makeDataDir();
  url = '';
  #child: ChildProcess | undefined;

  static async start(): Promise<Front> {
    const front = new Front();
    await front.startAgain();
    return front;
  }

  /** On the same directory, and at the same address. */
  async startAgain(): Promise<void> {
    const port = this.url === '' ? '0' : new URL(this.url).port;
    this.#child = fork(PROGRAM, [this.directory, port], { serialization: 'advanced' });
    const [{ url }] = (await once(this.#child, 'message')) as [{ url: string }];
    this.url = url;
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    const ended = once(this.#child!, 'exit');
    this.#child!.kill('SIGKILL');
    await ended;
  }

  async stop(): Promise<void> {
    const ended = once(this.#child!, 'exit');
    this.#child!.send('stop');
    await ended;
  }
}
