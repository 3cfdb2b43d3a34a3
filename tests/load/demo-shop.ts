/** The make-believe shop: who calls whom, how long it takes, and how often it goes wrong. */

/** A request from one service to another. */
export interface Call {
  readonly kind: 'call';
  readonly service: Service;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly route: string;
  /** What the called service does on its own, in milliseconds, from least to most. */
  readonly takesMs: readonly [number, number];
  readonly steps?: readonly Step[];
  /** How often it fails by itself, and why. */
  readonly fails?: { readonly probability: number; readonly type: string; readonly message: string };
  /** How often it takes ten times as long. */
  readonly slow?: number;
  /** How often the caller tries again after a failure. */
  readonly retries?: number;
  /** Whether the caller does without when it fails. */
  readonly optional?: boolean;
}

export interface Query {
  readonly kind: 'query';
  readonly system: 'postgresql' | 'redis' | 'elasticsearch';
  readonly operation: string;
  readonly target: string;
  readonly takesMs: readonly [number, number];
}

/** A message; whoever takes it does so in a trace of its own that links to the one that sent it. */
export interface Publish {
  readonly kind: 'publish';
  readonly topic: string;
  readonly consumers: readonly Consumer[];
}

export interface Consumer {
  readonly service: Service;
  readonly takesMs: readonly [number, number];
  readonly steps?: readonly Step[];
}

export type Step = Call | Query | Publish;

/** What a customer does, and how much more often than the rarest. */
export interface Journey {
  readonly weight: number;
  readonly call: Call;
}

/** Version and language, as they stand in each service's resource. */
export const SERVICES = {
  storefront: { version: '5.2.0', language: 'nodejs' },
  'mobile-gateway': { version: '3.9.1', language: 'nodejs' },
  'api-gateway': { version: '2.14.0', language: 'go' },
  identity: { version: '1.8.3', language: 'java' },
  catalog: { version: '4.0.2', language: 'java' },
  search: { version: '2.2.7', language: 'rust' },
  recommendations: { version: '0.9.4', language: 'python' },
  cart: { version: '1.11.0', language: 'dotnet' },
  checkout: { version: '3.3.1', language: 'go' },
  pricing: { version: '1.5.0', language: 'go' },
  inventory: { version: '2.0.5', language: 'java' },
  payments: { version: '6.1.0', language: 'java' },
  fraud: { version: '0.4.2', language: 'python' },
  orders: { version: '2.7.7', language: 'dotnet' },
  shipping: { version: '1.2.9', language: 'ruby' },
  notifications: { version: '1.0.3', language: 'nodejs' },
} as const;

export type Service = keyof typeof SERVICES;

const session: Call = call('identity', 'GET', '/sessions/{id}', [2, 8], {
  steps: [query('redis', 'GET', 'session', [0.3, 1.5])],
  fails: { probability: 0.004, type: 'SessionExpired', message: 'the session has expired' },
});

const prices = call('pricing', 'POST', '/quotes', [3, 12], { slow: 0.02 });

const stock = call('inventory', 'GET', '/stock/{sku}', [2, 9], {
  steps: [query('postgresql', 'SELECT', 'stock', [1, 6])],
  slow: 0.03,
});

const recommended = call('recommendations', 'GET', '/for/{customer}', [15, 90], {
  steps: [query('redis', 'ZRANGE', 'similar-items', [0.5, 3])],
  fails: { probability: 0.05, type: 'ModelNotLoaded', message: 'the model is not loaded' },
  optional: true,
});

const product = call('catalog', 'GET', '/products/{sku}', [4, 15], {
  steps: [query('postgresql', 'SELECT', 'products', [2, 12]), prices, stock],
});

const found = call('search', 'GET', '/search', [8, 40], {
  steps: [query('elasticsearch', 'search', 'products', [6, 60])],
  fails: { probability: 0.01, type: 'QueryTimeout', message: 'the index did not answer within 500 ms' },
  slow: 0.05,
});

const charge = call('payments', 'POST', '/charges', [60, 220], {
  steps: [
    call('fraud', 'POST', '/score', [20, 120], { slow: 0.04 }),
    query('postgresql', 'INSERT', 'charges', [2, 8]),
  ],
  fails: { probability: 0.08, type: 'ProviderUnavailable', message: 'the card network answered 503' },
  retries: 2,
});

const reserve = call('inventory', 'POST', '/reservations', [5, 20], {
  steps: [query('postgresql', 'UPDATE', 'stock', [2, 30])],
  fails: { probability: 0.02, type: 'OutOfStock', message: 'no item is left' },
});

const orderPlaced: Publish = {
  kind: 'publish',
  topic: 'order-placed',
  consumers: [
    {
      service: 'shipping',
      takesMs: [20, 80],
      steps: [
        query('postgresql', 'INSERT', 'parcels', [2, 9]),
        {
          kind: 'publish',
          topic: 'parcel-booked',
          consumers: [{ service: 'notifications', takesMs: [10, 40] }],
        },
      ],
    },
    { service: 'notifications', takesMs: [15, 60] },
  ],
};

const placeOrder = call('orders', 'POST', '/orders', [8, 25], {
  steps: [query('postgresql', 'INSERT', 'orders', [3, 15]), orderPlaced],
});

const checkout = call('checkout', 'POST', '/checkout', [10, 30], {
  steps: [
    call('cart', 'GET', '/carts/{id}', [2, 8], { steps: [query('redis', 'HGETALL', 'cart', [0.4, 2])] }),
    prices,
    reserve,
    charge,
    placeOrder,
    call('cart', 'DELETE', '/carts/{id}', [1, 4], { steps: [query('redis', 'DEL', 'cart', [0.3, 1])] }),
  ],
});

const addToCart = call('cart', 'PUT', '/carts/{id}/items', [3, 10], {
  steps: [stock, query('redis', 'HSET', 'cart', [0.4, 2])],
});

export const JOURNEYS: readonly Journey[] = [
  { weight: 10, call: visit('storefront', 'GET', '/products/{sku}', [session, product, recommended]) },
  { weight: 7, call: visit('storefront', 'GET', '/search', [session, found, product]) },
  { weight: 6, call: visit('mobile-gateway', 'GET', '/home', [session, recommended, product]) },
  { weight: 4, call: visit('storefront', 'PUT', '/cart', [session, addToCart]) },
  { weight: 3, call: visit('storefront', 'POST', '/checkout', [session, checkout]) },
  { weight: 1, call: visit('mobile-gateway', 'POST', '/checkout', [session, checkout]) },
];

/** Every visit comes through a front of its own and then the one gateway. */
function visit(front: Service, method: Call['method'], route: string, steps: readonly Step[]): Call {
  return call(front, method, route, [2, 10], {
    steps: [call('api-gateway', method, `/api${route}`, [1, 5], { steps })],
  });
}

function call(
  service: Service,
  method: Call['method'],
  route: string,
  takesMs: Call['takesMs'],
  more: Partial<Call> = {},
): Call {
  return { kind: 'call', service, method, route, takesMs, ...more };
}

function query(system: Query['system'], operation: string, target: string, takesMs: Query['takesMs']): Query {
  return { kind: 'query', system, operation, target, takesMs };
}
