import type { Session } from 'chdb';
import { Fault } from '../../errors/fault.ts';
import type { Call } from '../../store/trace-store.ts';
import { withinCall } from '../../store/deadline.ts';

/** Somebody who waits until a connection is free. */
interface Place {
  readonly session: Promise<Session>;
  readonly give: (session: Session) => void;
  readonly refuse: (fault: Fault) => void;
}

/**
 * Connections of one lane. A connection runs one statement at a time, so a pool has as many as may run side by side;
 * it opens them when they are first needed and lets those who come when all are taken wait in line.
 */
export class SessionPool {
  readonly #open: () => Promise<Session>;
  readonly #max: number;
  readonly #idle: Session[] = [];
  readonly #line: Place[] = [];
  readonly #busy = new Set<Promise<unknown>>();
  #opened = 0;
  #closed = false;

  constructor(open: () => Promise<Session>, max: number) {
    this.#open = open;
    this.#max = max;
  }

  /**
   * Runs work on a connection of its own. When the call gives up this rejects at once, but the connection is lent out
   * again only when the work has ended: one that is still busy would make the next caller wait.
   */
  async run<T>(call: Call, work: (session: Session) => Promise<T>): Promise<T> {
    const session = await this.acquire(call);
    const running = work(session);
    this.releaseAfter(session, running);
    return withinCall(call, running);
  }

  async acquire(call: Call): Promise<Session> {
    if (this.#closed) throw closing();
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    return this.#opened < this.#max ? this.#openOne() : this.#waitInLine(call);
  }

  /** Takes the connection back when what runs on it has ended, one way or the other. */
  releaseAfter(session: Session, running: Promise<unknown>): void {
    const done = (): void => {
      this.#busy.delete(running);
      this.#release(session);
    };
    this.#busy.add(running);
    running.then(done, done);
  }

  /** Resolves when nothing runs any more and every connection is closed. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const place of this.#line.splice(0)) place.refuse(closing());
    await Promise.allSettled(this.#busy);
    for (const session of this.#idle.splice(0)) session.close();
  }

  #release(session: Session): void {
    const place = this.#line.shift();
    if (place === undefined) this.#idle.push(session);
    else place.give(session);
  }

  async #openOne(): Promise<Session> {
    this.#opened++;
    try {
      return await this.#open();
    } catch (thrown) {
      this.#opened--;
      throw thrown;
    }
  }

  async #waitInLine(call: Call): Promise<Session> {
    const place = createPlace();
    this.#line.push(place);
    try {
      return await withinCall(call, place.session);
    } catch (thrown) {
      this.#leave(place);
      throw thrown;
    }
  }

  /** Whoever gives up at the moment a connection is handed over gives it back. */
  #leave(place: Place): void {
    const at = this.#line.indexOf(place);
    if (at >= 0) this.#line.splice(at, 1);
    else {
      place.session.then(
        (session) => {
          this.#release(session);
        },
        () => undefined,
      );
    }
  }
}

function createPlace(): Place {
  let give: Place['give'] = () => undefined;
  let refuse: Place['refuse'] = () => undefined;
  const session = new Promise<Session>((resolve, reject) => {
    give = resolve;
    refuse = reject;
  });
  return { session, give, refuse };
}

function closing(): Fault {
  return new Fault('unavailable', 'the engine is closing');
}
