import type { Answer, NAMINGS, QueryClient } from '../../support/query-client.ts';
import { BEGIN_MS } from '../../support/query-server.ts';
import type { Need } from './client-needs.ts';
import type { EndpointName } from './endpoints.ts';

/** One request of a client, as that client spells it, and what it needs of the answer. */
export interface Exchange {
  readonly endpoint: EndpointName;
  readonly ask: (client: QueryClient) => Promise<Answer>;
  /** In words, for the document. */
  readonly needs: string;
  readonly holds: Need;
}

/** Clients that ask alike. */
export interface ClientGeneration {
  readonly name: string;
  /** Over the column. */
  readonly column: string;
  readonly protocol: 'http' | 'grpc';
  readonly naming: keyof typeof NAMINGS;
  /** How it is told from others. */
  readonly asks: string;
  readonly exchanges: readonly Exchange[];
}

/** When clients ask, on the clock of the server; what they ask about is up to three minutes old. */
export const END_MS = BEGIN_MS + 180_000;
