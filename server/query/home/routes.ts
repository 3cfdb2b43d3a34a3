import { type Request, type Response, Router } from 'express';
import { Fault, toFault } from '../../errors/fault.ts';
import { type EdgeLogger, reportFault } from '../../platform/fault-report.ts';
import { handleFaults } from '../../platform/http-faults.ts';
import { clientGone, requestIdOf } from '../../platform/http-request.ts';
import type { ListenAddress } from '../../platform/listener.ts';
import { type Space, spaceKey } from '../../space/space.ts';
import type { Call, SpaceSummary, TraceStore } from '../../store/trace-store.ts';
import { HOME_POLICY, type HomePort, type HomePorts, type HomeSpaces, presentHome } from './present-home.ts';
import { reachedAt } from './reached-at.ts';
import { readSpaceRates } from './space-rates.ts';

/** Where this process listens, as far as the page speaks of it. */
export type HomeListeners = Readonly<Partial<Record<HomePort | 'http', ListenAddress>>>;

export interface HomeOptions {
  readonly store: Pick<TraceStore, 'spaces' | 'rates'>;
  readonly spaceDefaults: Space;
  /** Asked at each request: they open after the routes are made. */
  readonly listeners: () => HomeListeners;
  readonly uiHosted: boolean;
  readonly version: string;
  readonly timeoutMs: number;
  readonly logger: EdgeLogger;
  readonly nowMs: () => number;
}

/** More would be a page that no phone can hold. */
const SHOWN_SPACES = 100;
const FILTER_CHARACTERS = 64;

/** The page of our own, at `/spaces` and, where no UI is hosted, at `/`. */
export function createHomeRoutes(options: HomeOptions): Router {
  const router = Router();
  const paths = options.uiHosted ? ['/spaces'] : ['/', '/spaces'];
  router.get(paths, (request, response) => respondHome(options, request, response));
  router.use(
    handleFaults(options.logger, (fault, _request, response) => {
      response.status(fault.kind.http).type('text').send(`${fault.message}\n`);
    }),
  );
  return router;
}

async function respondHome(options: HomeOptions, request: Request, response: Response): Promise<void> {
  const filter = parseFilter(request);
  const { http, ...others } = options.listeners();
  const page = presentHome({
    version: options.version,
    reachedAt: reachedAt(request.headers, http ?? localAddress(request)),
    ports: portsOf(others),
    uiHosted: options.uiHosted,
    defaultSpace: options.spaceDefaults,
    spaces: await readSpaces(options, filter, response),
    nowMs: options.nowMs(),
  });
  response.setHeader('cache-control', 'no-store');
  response.setHeader('content-security-policy', HOME_POLICY);
  response.setHeader('x-content-type-options', 'nosniff');
  response.type('html').send(page);
}

function portsOf(listeners: Readonly<Partial<Record<HomePort, ListenAddress>>>): HomePorts {
  return Object.fromEntries(Object.entries(listeners).map(([name, { port }]) => [name, port]));
}

function parseFilter(request: Request): string {
  const { q = '' } = request.query;
  if (typeof q !== 'string')
    throw new Fault('invalid', 'the parameter "q" may be given once', { field: 'q' });
  return q.trim().slice(0, FILTER_CHARACTERS);
}

function localAddress({ socket }: Request): ListenAddress {
  return { host: socket.localAddress ?? 'localhost', port: socket.localPort ?? 0 };
}

/** Where to send is worth knowing, even while the store cannot answer. */
async function readSpaces(options: HomeOptions, filter: string, response: Response): Promise<HomeSpaces> {
  const call = { deadlineMs: performance.now() + options.timeoutMs, signal: clientGone(response) };
  try {
    return await listSpaces(options, filter, call);
  } catch (thrown) {
    const fault = reportFault(toFault(thrown), requestIdOf(response), options.logger);
    response.status(fault.kind.http);
    return { kind: 'unread', reason: fault.message };
  }
}

async function listSpaces({ store, nowMs }: HomeOptions, filter: string, call: Call): Promise<HomeSpaces> {
  const all = await store.spaces(call);
  const found = all.filter(({ space }) => spaceKey(space).toLowerCase().includes(filter.toLowerCase()));
  const shown = found.toSorted(byLatest).slice(0, SHOWN_SPACES);
  const rates = await readSpaceRates(store, shown, nowMs(), call);
  return {
    kind: 'read',
    shown: shown.map((summary) => ({ ...summary, spansPerSecond: rates.get(spaceKey(summary.space)) })),
    found: found.length,
    all: all.length,
    filter,
  };
}

function byLatest(a: SpaceSummary, b: SpaceSummary): number {
  if (a.lastStartNanos !== b.lastStartNanos) return a.lastStartNanos > b.lastStartNanos ? -1 : 1;
  return spaceKey(a.space) < spaceKey(b.space) ? -1 : 1;
}
