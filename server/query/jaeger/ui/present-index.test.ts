import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { PAGE_2_17, PAGE_2_20 } from './index-page.fixture.ts';
import { type IndexFacts, isJaegerIndex, presentIndex } from './present-index.ts';

const CAPABILITIES = {
  archiveStorage: true,
  metricsStorage: true,
  searchWithoutServiceName: true,
  aiAssistant: false,
};
const FACTS: IndexFacts = {
  base: '../',
  config: undefined,
  capabilities: CAPABILITIES,
  version: '1.2.3',
};

/** What a function of the page's last script gives, as a browser would run it. */
function run(page: string, call: string): unknown {
  const scripts = page.split(/<script>|<\/script>/).filter((_, index) => index % 2 === 1);
  const sandbox = { window: {} };
  return JSON.parse(JSON.stringify(runInNewContext(`${scripts.at(-1)!}\n${call}`, sandbox) ?? null));
}

describe.each([
  ['2.17', PAGE_2_17],
  ['2.20', PAGE_2_20],
])('the page of %s', (release, page) => {
  test('its first base is where the UI begins', () => {
    const bases = [...presentIndex(page, FACTS).matchAll(/<base href="([^"]*)"/g)].map(([, href]) => href);
    expect(bases[0]).toBe('../');
    expect(bases).toHaveLength(release === '2.17' ? 1 : 2);
  });

  test('says what the server can do, and which it is', () => {
    const told = presentIndex(page, FACTS);
    expect(run(told, 'getJaegerVersion()')).toEqual({
      gitCommit: '',
      gitVersion: 'API of Spanhouse 1.2.3',
      buildDate: '',
    });
    expect(run(told, 'getJaegerUiConfig()')).toBeNull();
    if (release === '2.17') {
      expect(run(told, 'getJaegerStorageCapabilities()')).toEqual({
        archiveStorage: true,
        metricsStorage: true,
      });
    } else {
      expect(run(told, 'getJaegerBackendCapabilities()')).toEqual(CAPABILITIES);
      expect(run(told, '_getJaegerStorageCapabilities()')).toEqual({
        archiveStorage: true,
        metricsStorage: true,
      });
    }
  });

  test('a configuration is taken to the letter, and cannot end the script', () => {
    const value = { menu: [{ label: '</script><b> $& $1 \u2028' }] };
    const told = presentIndex(page, { ...FACTS, config: { kind: 'json', value } });
    expect(told.match(/<\/script>/g)).toEqual(page.match(/<\/script>/g));
    expect(run(told, 'getJaegerUiConfig()')).toEqual(value);
  });

  test('code takes the place of its mark', () => {
    const code = `function UIConfig() { return { menu: ['</script>', '$&'] }; }`;
    const told = presentIndex(page, { ...FACTS, config: { kind: 'js', code } });
    expect(told).not.toContain('JAEGER_CONFIG_JS');
    expect(told.match(/<\/script>/g)).toEqual(page.match(/<\/script>/g));
    expect(run(told, 'UIConfig()')).toEqual({ menu: ['</script>', '$&'] });
  });
});

test('a page without the marks is told apart', () => {
  expect([PAGE_2_17, PAGE_2_20, '<!doctype html><head></head>'].map(isJaegerIndex)).toEqual([
    true,
    true,
    false,
  ]);
});
