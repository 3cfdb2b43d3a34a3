/** What Vitest's types find in place of jsdom's, which would bring everything that only a browser has. */
export {};
