import express from 'express';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEmbeddedEngine } from '../../server/clickhouse/engine/embedded.ts';
import type { Listener } from '../../server/platform/listener.ts';
import { listenHttp } from '../../server/platform/http-listener.ts';
import { createLogger } from '../../server/platform/logger.ts';
import { createEkuiperRoutes, type EkuiperOptions } from '../../server/query/ekuiper/routes.ts';
import { TraceSource } from '../../server/query/trace-source.ts';
import { createSpace, type Space, spaceKey } from '../../server/space/space.ts';
import type { Span } from '../../server/span/span.ts';
import {
  attribute,
  call,
  makeSpan,
  type SpanDraft,
  traceIdOf,
} from '../../server/store/conformance.fixture.ts';
import { openTestStore, type TestStore } from '../support/open-test-store.ts';

const EDGE = createSpace('edge', 'kuiper', 'traces');
const ACME = createSpace('acme', 'kuiper', 'traces');
const EMPTY = createSpace('acme', 'kuiper', 'others');
const HOST = '127.0.0.1';
const LONG = 900;
const LONG_SPANS = 100_000;

let directory = '';
let opened: TestStore;
const listeners: Listener[] = [];
/** A port of its own, which is for the space `edge`, and a main port. */
let own = '';
let main = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'spanhouse-ekuiper-'));
  const dataDir = join(directory, 'data');
  const engine = await openEmbeddedEngine({ dataDir, memoryBytes: 2 ** 30, readSessions: 2, threads: 2 });
  opened = await openTestStore(engine);
  await fill(EDGE, 'edge');
  await fill(ACME, 'acme');
  await write(EDGE, chain());
  own = await listen({ base: '', portSpace: EDGE });
  main = await listen({ base: '/ekuiper' });
});
afterAll(async () => {
  await Promise.all(listeners.map((listener) => listener.close(1_000)));
  await opened.close();
  await rm(directory, { recursive: true });
});

async function listen(change: Pick<EkuiperOptions, 'base' | 'portSpace'>): Promise<string> {
  const { store } = opened;
  const spaceDefaults = createSpace('default', 'public', 'traces');
  const logger = createLogger('silent');
  const options = { store, spaceDefaults, timeoutMs: 60_000, logger, nowMs: Date.now };
  const routes = createEkuiperRoutes({ ...options, ...change });
  const listener = await listenHttp(express().use(routes), { host: HOST, port: 0, bodyTimeoutMs: 1_000 });
  listeners.push(listener);
  return `http://${HOST}:${listener.port}`;
}

async function write(space: Space, spans: readonly Span[]): Promise<void> {
  await opened.store.write(space, spans, call());
}

/** The same ids in both spaces; the data says whose they are. */
async function fill(space: Space, mark: string): Promise<void> {
  const of = (rule: string): Span['attributes'] => [attribute('rule', rule), attribute('data', mark)];
  const drafts: SpanDraft[] = [
    { trace: 1, span: 1, ms: 0, name: 'source', attributes: of('rule1') },
    { trace: 1, span: 2, parent: 1, ms: 1, name: '2_decoder', attributes: of('rule1') },
    { trace: 1, span: 3, parent: 2, ms: 2, name: 'sink', attributes: of('rule2') },
    { trace: 2, span: 4, ms: 60_000, name: 'source', attributes: of('rule1') },
    { trace: 2, span: 5, parent: 99, ms: 60_001, name: 'lost', attributes: of('rule1') },
    { trace: 2, span: 6, ms: 60_002, name: 'another root', attributes: of('rule1') },
    { trace: 3, span: 7, parent: 98, ms: 30_000, name: 'continued', attributes: of('rule1') },
    { trace: 4, span: 8, ms: 90_000, name: 'no rule', attributes: [attribute('ruler', 'rule1')] },
    { trace: 5, span: 9, ms: 91_000, name: 'of a resource', resourceAttributes: [attribute('rule', 'rule1')] },
    { trace: 6, span: 10, ms: 92_000, name: 'shared', attributes: of('$$subtopo_a/b c') },
    { trace: 7, span: 11, ms: 93_000, attributes: [{ key: 'rule', value: { type: 'int', value: 5n } }] },
    { trace: 8, span: 12, ms: mark === 'acme' ? 94_000 : 500, name: 'only here', attributes: of(`of ${mark}`) },
  ]; // prettier-ignore
  await write(space, drafts.map(makeSpan));
}

function chain(): readonly Span[] {
  return Array.from({ length: LONG_SPANS }, (_, index) =>
    makeSpan({ trace: LONG, span: index + 1, ...(index === 0 ? {} : { parent: index }), ms: index }),
  );
}

interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly body: unknown;
}

async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  return { status: response.status, type: response.headers.get('content-type'), body: JSON.parse(text) };
}

interface Shown {
  readonly name: string;
  readonly parentSpanID: string;
  readonly attribute: Readonly<Record<string, string>>;
  readonly ChildSpan: readonly Shown[];
}

async function trace(url: string, init: RequestInit = {}): Promise<Shown> {
  const { status, type, body } = await ask(url, init);
  expect([status, type, body]).toEqual([200, 'application/json', body]);
  return body as Shown;
}

const namesOf = ({ name, ChildSpan }: Shown): unknown[] => [name, ...ChildSpan.map(namesOf)];

describe('a trace', () => {
  test('as a tree', async () => {
    const shown = await trace(`${own}/trace/${traceIdOf(1)}`);
    expect(namesOf(shown)).toEqual(['source', ['2_decoder', ['sink']]]);
    expect(shown).toMatchObject({
      traceID: traceIdOf(1),
      parentSpanID: '0000000000000000',
      attribute: { data: 'edge', rule: 'rule1' },
      ruleID: 'rule1',
    });
  });

  test('what has no parent there hangs below the root, and says whose child it is', async () => {
    const shown = await trace(`${own}/trace/2`);
    expect(namesOf(shown)).toEqual(['source', ['lost'], ['another root']]);
    expect(shown.ChildSpan.map(({ parentSpanID }) => parentSpanID)).toEqual([
      '0000000000000063',
      '0000000000000000',
    ]);
    expect(namesOf(await trace(`${own}/trace/3`))).toEqual(['continued']);
  });

  test(`a chain of ${LONG_SPANS} spans`, { timeout: 60_000 }, async () => {
    const response = await fetch(`${own}/trace/${LONG.toString(16)}`);
    const text = await response.text();
    expect(response.status).toBe(200);
    expect(text.match(/"spanID":"/g)).toHaveLength(LONG_SPANS);
    expect(text.endsWith(']}'.repeat(LONG_SPANS))).toBe(true);
  });

  test('one that is archived', async () => {
    const space = createSpace('edge', 'kuiper', 'archived');
    await write(space, [makeSpan({ trace: 1, span: 1, name: 'kept' })]);
    expect(await new TraceSource(opened.store).archive(space, traceIdOf(1), call())).toBe(true);
    expect(namesOf(await trace(`${main}/t/${spaceKey(space)}/ekuiper/trace/1`))).toEqual(['kept']);
  });

  test.each([
    [traceIdOf(77), `there is no trace ${traceIdOf(77)}`],
    ['rule', 'there is no trace "rule": an id is 1 to 32 hex digits'],
  ])('%s is not there', async (id, message) => {
    expect(await ask(`${own}/trace/${id}`)).toEqual({
      status: 404,
      type: 'application/json',
      body: { error: 1002, message },
    });
  });
});

describe('the traces of a rule', () => {
  const ids = (...traces: readonly number[]): Answer => ({
    status: 200,
    type: 'application/json',
    body: traces.map(traceIdOf),
  });

  test.each<[string, readonly number[]]>([
    ['rule1', [2, 3, 1]],
    ['rule1?limit=2', [2, 3]],
    ['rule1?limit=1', [2]],
    ['rule1?limit=0', [2, 3, 1]],
    ['rule1?limit=all', [2, 3, 1]],
    ['rule2', [1]],
    ['%24%24subtopo_a%2Fb%20c', [6]],
    ['5', []],
    ['rule', []],
    ['nobody', []],
  ])('%s', async (asked, want) => {
    expect(await ask(`${own}/trace/rule/${asked}`)).toEqual(ids(...want));
  });

  test('of one space alone', async () => {
    expect(await ask(`${own}/trace/rule/of%20edge`)).toEqual(ids(8));
    expect(await ask(`${own}/trace/rule/of%20acme`)).toEqual(ids());
    const path = `${main}/t/${spaceKey(ACME)}/ekuiper/trace/rule`;
    expect(await ask(`${path}/of%20acme`)).toEqual(ids(8));
    expect(await ask(`${path}/of%20edge`)).toEqual(ids());
  });
});

describe('the space', () => {
  const whose = async (url: string, init: RequestInit = {}): Promise<unknown> =>
    (await trace(url, init)).attribute['data'];

  test('of a port of its own, by header, by path', async () => {
    expect(await whose(`${own}/trace/1`)).toBe('edge');
    expect(await whose(`${own}/trace/1`, { headers: { ...EDGE } })).toBe('edge');
    expect(await whose(`${own}/t/${spaceKey(EDGE)}/trace/1`)).toBe('edge');
    expect(await whose(`${main}/ekuiper/trace/1`, { headers: { ...EDGE } })).toBe('edge');
    expect(await whose(`${main}/t/${spaceKey(ACME)}/ekuiper/trace/1`)).toBe('acme');
  });

  test('one that has nothing', async () => {
    expect(await ask(`${main}/t/${spaceKey(EMPTY)}/ekuiper/trace/1`)).toMatchObject({ status: 404 });
    expect(await ask(`${main}/t/${spaceKey(EMPTY)}/ekuiper/trace/rule/rule1`)).toMatchObject({ body: [] });
    expect(await ask(`${main}/ekuiper/trace/1`)).toMatchObject({ status: 404 });
  });

  test('one that cannot be, and another one than the port is for', async () => {
    for (const path of ['trace/1', 'trace/rule/rule1']) {
      for (const [base, tenant] of [
        [`${main}/ekuiper`, '../edge'],
        [own, 'acme'],
      ] as const) {
        const { status, body } = await ask(`${base}/${path}`, { headers: { tenant } });
        expect(status).toBe(400);
        const message = expect.stringContaining(JSON.stringify(tenant)) as string;
        expect(body).toMatchObject({ error: 1000, message });
      }
    }
  });
});

test.each(['/trace/1', '/trace/rule/rule1'])('%s takes GET', async (path) => {
  const message = `POST is not for ${path}: it takes GET`;
  expect(await ask(own + path, { method: 'POST' })).toMatchObject({
    status: 405,
    body: { error: 1000, message },
  });
});
