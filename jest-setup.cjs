require('./.config/jest-setup.js');

/** What browsers have, React asks for at once, and jsdom lacks; Node's own would keep the tests from ending. */
class OneWayChannel {
  port1 = { onmessage: null };
  port2 = { postMessage: (data) => setTimeout(() => this.port1.onmessage?.({ data }), 0) };
}

class NothingObserved {
  observe() {}
  unobserve() {}
  disconnect() {}
}

// The scaffold's stub draws nothing and measures nothing; fields that grow with their text want its width.
HTMLCanvasElement.prototype.getContext = () => ({ measureText: (text) => ({ width: text.length * 8 }) });

Object.assign(globalThis, {
  MessageChannel: OneWayChannel,
  ResizeObserver: NothingObserved,
  IntersectionObserver: NothingObserved,
});

// A list opens when it has been measured, which on a busy machine takes longer than the usual second.
require('@testing-library/react').configure({ asyncUtilTimeout: 10_000 });
