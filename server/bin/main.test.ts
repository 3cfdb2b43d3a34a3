import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { main } from './main.ts';

let printed = '';

beforeEach(() => {
  printed = '';
  const take = (text: string | Uint8Array): boolean => {
    printed += String(text);
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(take);
  vi.spyOn(process.stderr, 'write').mockImplementation(take);
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

test.each([
  [['--version'], 0, /^\d+\.\d+\.\d+\n$/],
  [['--help'], 0, /spanhouse settings print/],
  [['-h', 'serve'], 0, /spanhouse settings print/],
  [['settings'], 0, /^SPANHOUSE_HTTP_PORT +16686 +default$/m],
  [['settings', 'print'], 0, /^SPANHOUSE_HTTP_PORT +16686 +default$/m],
  [['sereve'], 2, /^spanhouse: there is no command "sereve"; spanhouse --help lists them\n$/],
  [['serve', 'twice'], 2, /there is no command "serve twice"/],
  [['--prot=1'], 2, /^spanhouse: Unknown option '--prot'/],
])('spanhouse %j exits with %d', async (args, exitCode, want) => {
  expect(await main(args)).toBe(exitCode);
  expect(printed).toMatch(want);
});

test.each([['serve'], ['settings']])(
  '%s lists everything that is wrong with the settings',
  async (command) => {
    vi.stubEnv('SPANHOUSE_HTTP_PORT', 'http');
    vi.stubEnv('SPANHOUSE_RETENTOIN', '1d');
    expect(await main([command])).toBe(2);
    expect(printed).toBe(
      'spanhouse: these settings cannot be used:\n' +
        '  - SPANHOUSE_RETENTOIN is not a setting; did you mean SPANHOUSE_RETENTION?\n' +
        '  - SPANHOUSE_HTTP_PORT is "http", but must be 1 to 65535, 0 to have one picked, or off\n',
    );
  },
);
