import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { playJourney } from './demo-play.ts';
import { createIdGenerator, createRandom, type Random } from './demo-random.ts';
import { createSender, type Sender, type SpaceHeaders } from './demo-sender.ts';

const HELP = `Sends the traffic of a make-believe shop to a running Spanhouse, until stopped.

  npm run demo -- [--url http://127.0.0.1:4318] [--rate 5] [--seed 1] [--visits N]

  --url     where OTLP over HTTP is taken
  --rate    visits a second; each makes one trace of 10 to 40 spans, and those of its messages
  --seed    the same seed draws the same visits
  --visits  stop after so many
`;

/** How the visits are shared out: the first space is what a request without headers gets. */
const SPACES: readonly (SpaceHeaders & { readonly share: number })[] = [
  { tenant: 'default', db: 'public', table: 'traces', share: 0.5 },
  { tenant: 'acme', db: 'shop', table: 'traces', share: 0.3 },
  { tenant: 'globex', db: 'shop', table: 'traces', share: 0.2 },
];

/** Visits are told when they are over: none takes longer than this. */
const STORY_MS = 5_000;
const TICK_MS = 100;
/** A terminal is rewritten in place; a file gets a line now and then. */
const LIVE_MS = process.stdout.isTTY ? 500 : 5_000;

interface Options {
  readonly url: string;
  readonly rate: number;
  readonly seed: number;
  readonly visits: number;
}

const options = readOptions();
process.exitCode = typeof options === 'number' ? options : await run(options);

/** What was asked for, or the exit code when nothing is to be done. */
function readOptions(): Options | number {
  const { values } = parseArgs({
    options: {
      url: { type: 'string', default: 'http://127.0.0.1:4318' },
      rate: { type: 'string', default: '5' },
      seed: { type: 'string', default: String(Date.now()) },
      visits: { type: 'string', default: 'Infinity' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const [rate, seed, visits] = [Number(values.rate), Number(values.seed), Number(values.visits)];
  if (values.help) return stopWith(HELP, 0);
  if (!(rate > 0) || !(visits > 0) || !Number.isInteger(seed)) return stopWith(HELP, 2);
  return { url: values.url.replace(/\/+$/, ''), rate, seed, visits };
}

async function run({ url, rate, seed, visits }: Options): Promise<number> {
  const missing = await whatIsMissing(url);
  if (missing !== undefined) return stopWith(`${missing}\n`, 1);

  const random = createRandom(seed);
  const senders = SPACES.map((space) => createSender(url, headersOf(space), createIdGenerator(random)));
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      stop.abort();
    });

  console.log(`Sending ${rate} visits a second to ${url} (seed ${seed}). Ctrl-C stops.`);
  const live = setInterval(() => {
    show(senders);
  }, LIVE_MS);
  await visitUntil(stop.signal, { rate, visits, random, senders });
  clearInterval(live);
  await Promise.allSettled(senders.map((sender) => sender.close()));
  show(senders);
  return stopWith('\n', 0);
}

interface Traffic {
  readonly rate: number;
  readonly visits: number;
  readonly random: Random;
  readonly senders: readonly Sender[];
}

/** Keeps to the rate on average, however late a tick comes. */
async function visitUntil(signal: AbortSignal, { rate, visits, random, senders }: Traffic): Promise<void> {
  const started = performance.now();
  for (let made = 0; made < visits && !signal.aborted;) {
    const due = Math.min(visits, ((performance.now() - started) / 1000) * rate);
    for (; made < due; made++) {
      const sender = pickSender(random, senders);
      playJourney({ tracer: sender.tracer, random }, Date.now() - STORY_MS);
    }
    await sleep(TICK_MS, undefined, { signal }).catch(() => undefined);
  }
}

function pickSender(random: Random, senders: readonly Sender[]): Sender {
  let rest = random.next();
  const index = SPACES.findIndex(({ share }) => (rest -= share) < 0);
  return senders[Math.max(index, 0)]!;
}

function headersOf({ tenant, db, table }: SpaceHeaders): SpaceHeaders {
  return { tenant, db, table };
}

/** A sentence about why nothing could be sent there; undefined when it can. */
async function whatIsMissing(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(`${url}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf' },
      body: new Uint8Array(),
    });
    await response.arrayBuffer();
    return response.ok ? undefined : `${url} answers ${response.status} to OTLP: is it a Spanhouse?`;
  } catch {
    return `Nothing answers at ${url}. Start the server with "npm start", or name another with --url.`;
  }
}

function show(senders: readonly Sender[]): void {
  const total = (pick: (sender: Sender) => number): number =>
    senders.reduce((sum, sender) => sum + pick(sender), 0);
  const failed = total(({ tally }) => tally.failed);
  const failure = senders.find(({ tally }) => tally.lastFailure !== '')?.tally.lastFailure ?? '';
  const line = [
    `${count(total(({ tally }) => tally.sent))} spans`,
    `${count(total(({ tally }) => tally.traces))} traces`,
    `${count(total(({ tally }) => tally.errors))} errors`,
    ...senders.map(({ space, tally }) => `${space.tenant} ${count(tally.sent)}`),
    failed === 0 ? 'none failed to send' : `${count(failed)} failed to send: ${failure}`,
  ].join('   ');
  process.stdout.write(process.stdout.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
}

function count(value: number): string {
  return value.toLocaleString('en-GB');
}

function stopWith(text: string, exitCode: number): number {
  process.stdout.write(text);
  return exitCode;
}
