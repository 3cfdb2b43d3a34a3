/**
 * The same items after the first has come, undefined if there is none: so that what fails at once, or finds nothing, is
 * known before a status is sent.
 */
export async function begun<T>(items: AsyncIterable<T>): Promise<AsyncIterable<T> | undefined> {
  const iterator = items[Symbol.asyncIterator]();
  const first = await iterator.next();
  return first.done === true ? undefined : resumed(first.value, iterator);
}

async function* resumed<T>(first: T, iterator: AsyncIterator<T>): AsyncGenerator<T> {
  try {
    yield first;
    yield* { [Symbol.asyncIterator]: () => iterator };
  } finally {
    // A client that went away leaves the rest unread: what holds it is let go.
    await iterator.return?.();
  }
}
