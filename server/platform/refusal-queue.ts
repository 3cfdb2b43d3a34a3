import type { IncomingMessage } from 'node:http';
import { createTurnstile } from '../wire/compression/turnstile.ts';

export interface RefusalQueueOptions {
  /** Few, so that reading what is dropped leaves the time to those who were let in; enough to pass by a slow sender. */
  readonly places: number;
  /** How long one sender keeps its place, however slowly it goes on. */
  readonly longestMs: number;
}

const USUAL: RefusalQueueOptions = { places: 4, longestMs: 250 };

/** Resolves when a refused request may be answered; what is left of its body is dropped from then on. */
export type RefusalQueue = (request: IncomingMessage) => Promise<void>;

/**
 * Has refused requests wait for each other. Their bodies are read to the end, so that a sender that is still writing gets
 * to see the answer: under overload that is most of what arrives, and without a queue the few who were let in would get a
 * small part of the time. Until its turn comes a refused body stays with its sender.
 */
export function createRefusalQueue({ places, longestMs } = USUAL): RefusalQueue {
  const turnstile = createTurnstile(places);
  return async (request) => {
    if (request.complete) return;
    request.pause();
    const leave = await turnstile.enter();
    if (request.destroyed) {
      leave();
      return;
    }
    const timer = setTimeout(leave, longestMs);
    request.once('close', () => {
      clearTimeout(timer);
      leave();
    });
    request.resume();
  };
}
