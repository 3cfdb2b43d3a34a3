import { describe, expect, test } from 'vitest';
import { createSpace, storedSpace } from '../../space/space.ts';
import { type Home, HOME_POLICY, type HomeSpace, presentHome } from './present-home.ts';

const NOW_MS = 1_767_225_600_000;
const SPACE: HomeSpace = {
  space: createSpace('acme', 'shop', 'traces'),
  spanCount: 1_234_567,
  lastStartNanos: BigInt(NOW_MS - 90_000) * 1_000_000n,
  spansPerSecond: 3.25,
};
const HOME: Home = {
  version: '1.2.3',
  reachedAt: { origin: 'http://host.example:16686', hostname: 'host.example' },
  ports: {
    otlpHttp: 4318,
    otlpGrpc: 4317,
    grpc: 16685,
    jaegerHttp: 14268,
    zipkin: 9411,
    jaegerCompact: 6831,
  },
  uiHosted: false,
  defaultSpace: createSpace('default', 'public', 'traces'),
  spaces: listOf([SPACE]),
  nowMs: NOW_MS,
};

function listOf(shown: readonly HomeSpace[]): Home['spaces'] {
  return { kind: 'read', shown, found: shown.length, all: shown.length, filter: '' };
}

function linesOf(page: string): string[] {
  return [...page.matchAll(/<div class="copy"><code>([^<]*)<\/code>/g)].map(([, line]) => line!);
}

/** As a reader sees it. */
function wordsOf(page: string): string {
  return page
    .replace(/<(style|script)>.*?<\/\1>/gs, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
}

test('each line can be copied', () => {
  expect(linesOf(presentHome(HOME))).toEqual([
    'http://host.example:16686/t/acme/shop/traces',
    'OTEL_EXPORTER_OTLP_HEADERS=tenant=acme,db=shop,table=traces',
    'OTEL_EXPORTER_OTLP_ENDPOINT=http://host.example:4318/t/acme/shop/traces',
    'OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf OTEL_EXPORTER_OTLP_ENDPOINT=http://host.example:4318',
    'OTEL_EXPORTER_OTLP_PROTOCOL=grpc OTEL_EXPORTER_OTLP_ENDPOINT=http://host.example:4317',
    'OTEL_EXPORTER_OTLP_HEADERS=tenant=acme,db=shop,table=traces',
    'JAEGER_ENDPOINT=http://host.example:14268/api/traces',
    'JAEGER_AGENT_HOST=host.example JAEGER_AGENT_PORT=6831',
    'http://host.example:9411/api/v2/spans',
    'http://host.example:16686',
    'host.example:16685',
    'npm run ui',
    'SPANHOUSE_UI_DIR=./ui npm start',
  ]);
});

test('ports that are off are not spoken of', () => {
  const lines = linesOf(presentHome({ ...HOME, ports: {} }));
  expect(lines.filter((line) => /OTLP_ENDPOINT|:\d+$/.test(line))).toEqual([
    'OTEL_EXPORTER_OTLP_ENDPOINT=http://host.example:16686/t/acme/shop/traces',
    'OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf OTEL_EXPORTER_OTLP_ENDPOINT=http://host.example:16686',
    'http://host.example:16686',
  ]);
});

describe('the spaces', () => {
  test('with their figures', () => {
    const words = wordsOf(presentHome(HOME));
    expect(words).toContain('acme / shop / traces 1,234,567 spans 3.3 spans/s last 1 min ago');
  });

  test.each([
    [0, '0 spans/s'],
    [0.04, '&lt;0.1 spans/s'],
    [12.6, '13 spans/s'],
    [12_345.6, '12,346 spans/s'],
  ])('a rate of %d is %s', (spansPerSecond, want) => {
    expect(wordsOf(presentHome({ ...HOME, spaces: listOf([{ ...SPACE, spansPerSecond }]) }))).toContain(want);
  });

  test('a rate that is not known is left out', () => {
    const spaces = listOf([{ ...SPACE, spansPerSecond: undefined }]);
    expect(wordsOf(presentHome({ ...HOME, spaces }))).not.toContain('spans/s');
  });

  test.each([
    [-5_000, 'just now'],
    [999, 'just now'],
    [59_999, '59 s ago'],
    [3_599_999, '59 min ago'],
    [86_399_999, '23 h ago'],
    [86_400_000 * 400, '400 d ago'],
  ])('a span of %d ms ago was %s', (ms, want) => {
    const spaces = listOf([{ ...SPACE, lastStartNanos: BigInt(NOW_MS - ms) * 1_000_000n }]);
    expect(wordsOf(presentHome({ ...HOME, spaces }))).toContain(`last ${want}`);
  });

  test('times that no calendar has break nothing', () => {
    const spaces = listOf([
      { ...SPACE, lastStartNanos: 2n ** 63n - 1n },
      { ...SPACE, lastStartNanos: -(2n ** 80n) },
    ]);
    expect(wordsOf(presentHome({ ...HOME, spaces }))).toContain('just now');
  });

  test('none are said to be none', () => {
    expect(wordsOf(presentHome({ ...HOME, spaces: listOf([]) }))).toContain('No spans yet.');
  });

  test('what is not shown is counted, and what is looked for is said', () => {
    const cut: Home['spaces'] = { kind: 'read', shown: [SPACE], found: 1_500, all: 2_000, filter: 'a' };
    const page = presentHome({ ...HOME, spaces: cut });
    expect(wordsOf(page)).toContain('1,500 spaces; the 1 with the latest spans are shown.');
    expect(page).toContain('<input name="q" value="a"');
    const none: Home['spaces'] = { kind: 'read', shown: [], found: 0, all: 2, filter: 'x' };
    expect(wordsOf(presentHome({ ...HOME, spaces: none }))).toContain('No space has “x” in its name.');
  });

  test('a store that is away leaves the rest of the page', () => {
    const page = presentHome({ ...HOME, spaces: { kind: 'unread', reason: 'the engine is away' } });
    expect(wordsOf(page)).toContain('The list cannot be read now: the engine is away.');
    expect(linesOf(page)).toHaveLength(10);
  });
});

test('where a UI is hosted, a space leads into it by its path', () => {
  const page = presentHome({ ...HOME, uiHosted: true });
  expect(page).toContain('href="t/acme/shop/traces/search"');
  expect(page).not.toContain('npm run ui');
  expect(presentHome(HOME)).not.toContain('/search"');
});

test('nothing from outside is HTML', () => {
  const evil = `"'><img src=x onerror=alert(1)>&amp;`;
  const page = presentHome({
    ...HOME,
    version: evil,
    reachedAt: { origin: evil, hostname: evil },
    defaultSpace: storedSpace(evil, evil, evil),
    uiHosted: true,
    spaces: {
      kind: 'read',
      shown: [{ ...SPACE, space: storedSpace(evil, evil, evil) }],
      found: 2,
      all: 99,
      filter: evil,
    },
  });
  expect(page).not.toContain('<img');
  expect(page).not.toContain(`"'>`);
  expect(page).toContain('&quot;&#39;&gt;&lt;img src=x onerror=alert(1)&gt;&amp;amp;');
  expect(presentHome({ ...HOME, spaces: { kind: 'unread', reason: evil } })).not.toContain('<img');
});

test('the page loads nothing from elsewhere, and its policy says so', () => {
  const page = presentHome({ ...HOME, uiHosted: true });
  const references = [...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, reference]) => reference!);
  expect(references.filter((reference) => /^(?:\w+:)?\/\//.test(reference))).toEqual([]);
  expect(page).not.toMatch(/url\(|@import| on\w+=| style=/);
  expect(HOME_POLICY).toContain("default-src 'none'");
});
