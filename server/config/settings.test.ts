import { describe, expect, test } from 'vitest';
import { presentSettings } from './present-settings.ts';
import { type Environment, readSettings, type SettingsOutcome } from './settings.ts';
import type { Settings } from './setting-table.ts';

const GIB = 2 ** 30;

function read(
  environment: Environment,
  files: Record<string, string> = {},
  memoryBytes = 8 * GIB,
): SettingsOutcome {
  const readFile = (path: string): string => {
    const content = files[path];
    if (content === undefined) throw new Error(`no such file: ${path}`);
    return content;
  };
  return readSettings({ environment, machine: { memoryBytes }, readFile });
}

function settingsOf(
  environment: Environment,
  files?: Record<string, string>,
  memoryBytes?: number,
): Settings {
  const outcome = read(environment, files, memoryBytes);
  if (!outcome.ok) throw new Error(outcome.problems.join('\n'));
  return outcome.settings;
}

function problemsOf(environment: Environment, files?: Record<string, string>): readonly string[] {
  const outcome = read(environment, files);
  return outcome.ok ? [] : outcome.problems;
}

test('a datagram and a connection may share a number', () => {
  const outcome = read({ SPANHOUSE_JAEGER_COMPACT_PORT: '16686', SPANHOUSE_SPACE_PORTS: 'udp:4318=a/b/c' });
  expect(outcome.ok).toBe(true);
});

describe('readSettings', () => {
  test('an empty environment gives the defaults, frozen', () => {
    const settings = settingsOf({ PATH: '/bin', HOME: '/root' });

    expect(settings).toMatchObject({
      host: '127.0.0.1',
      httpPort: 16686,
      grpcPort: 16685,
      otlpHttpPort: 4318,
      otlpGrpcPort: 4317,
      dataDir: './data',
      clickhouseUrl: undefined,
      uiDir: undefined,
      uiConfig: undefined,
      startTimeoutMs: 120_000,
      retentionDays: 14,
      retentionRules: [],
      memoryLimitBytes: 2 * GIB,
      createSpaces: true,
      maxBodyBytes: 67_108_864,
      segmentMaxAgeMs: 500,
      segmentRestMs: 30_000,
      commitIntervalMs: 5,
      logHighWater: 0.8,
      logLevel: 'info',
    });
    expect(Object.isFrozen(settings)).toBe(true);
  });

  test.each<[Environment, Partial<Settings>]>([
    [
      { SPANHOUSE_HTTP_PORT: '0', SPANHOUSE_OTLP_GRPC_PORT: 'off' },
      { httpPort: 0, otlpGrpcPort: 'off' },
    ],
    [{ SPANHOUSE_GRPC_PORT: 'off' }, { grpcPort: 'off' }],
    [
      { SPANHOUSE_HOST: '0.0.0.0', SPANHOUSE_ALLOW_ANONYMOUS: 'true' },
      { host: '0.0.0.0', allowAnonymous: true },
    ],
    [{ SPANHOUSE_HOST: '::1' }, { host: '::1' }],
    [{ SPANHOUSE_RETENTION: '2w' }, { retentionDays: 14 }],
    [
      { SPANHOUSE_RETENTION_BY_SPACE: 'acme/*/*=30d' },
      { retentionRules: [{ pattern: 'acme/*/*', days: 30 }] },
    ],
    [{ SPANHOUSE_MAX_BODY_BYTES: '1MB' }, { maxBodyBytes: 1_000_000 }],
    [{ SPANHOUSE_MAX_AHEAD: '90s' }, { maxAheadMs: 90_000 }],
    [{ SPANHOUSE_START_TIMEOUT: '0ms' }, { startTimeoutMs: 0 }],
    [{ SPANHOUSE_LOG_HIGH_WATER: '1' }, { logHighWater: 1 }],
    [{ SPANHOUSE_LOG_LEVEL: '' }, { logLevel: 'info' }],
    [{ SPANHOUSE_CLICKHOUSE_URL: 'https://ch.example:8443' }, { clickhouseUrl: 'https://ch.example:8443' }],
    [
      { SPANHOUSE_UI_DIR: './ui', SPANHOUSE_UI_CONFIG: './ui.json' },
      { uiDir: './ui', uiConfig: './ui.json' },
    ],
  ])('%j', (environment, want) => {
    // A body limit below the limits inside it would be refused as a conflict.
    const smaller = { SPANHOUSE_MAX_SPAN_BYTES: '100kB', SPANHOUSE_MAX_ATTRIBUTE_BYTES: '10kB' };
    expect(settingsOf({ ...smaller, ...environment })).toMatchObject(want);
  });

  test.each([
    [1 * GIB, 512 * 2 ** 20],
    [8 * GIB, 2 * GIB],
    [256 * GIB, 16 * GIB],
  ])('a machine of %d bytes gives the engine %d', (memoryBytes, want) => {
    expect(settingsOf({}, {}, memoryBytes).memoryLimitBytes).toBe(want);
  });

  test('a secret is read from a file, without the line break at its end', () => {
    const environment = {
      SPANHOUSE_CLICKHOUSE_URL: 'http://ch:8123',
      SPANHOUSE_CLICKHOUSE_PASSWORD_FILE: '/run/secrets/password',
    };
    expect(settingsOf(environment, { '/run/secrets/password': 'hush \n' }).clickhousePassword).toBe('hush ');
  });
});

describe('refusals', () => {
  test.each<[Environment, string]>([
    [{ SPANHOUSE_HTP_PORT: '1' }, 'SPANHOUSE_HTP_PORT is not a setting; did you mean SPANHOUSE_HTTP_PORT?'],
    [{ SPANHOUSE_COLOUR: 'red' }, 'SPANHOUSE_COLOUR is not a setting'],
    [{ SPANHOUSE_HOST_FILE: '/x' }, 'SPANHOUSE_HOST_FILE is not a setting; did you mean SPANHOUSE_HOST?'],
    [
      { SPANHOUSE_HTTP_PORT: '65536' },
      'SPANHOUSE_HTTP_PORT is "65536", but must be 1 to 65535, 0 to have one picked, or off',
    ],
    [
      { SPANHOUSE_HTTP_PORT: 'on' },
      'SPANHOUSE_HTTP_PORT is "on", but must be 1 to 65535, 0 to have one picked, or off',
    ],
    [{ SPANHOUSE_CREATE_SPACES: 'yes' }, 'SPANHOUSE_CREATE_SPACES is "yes", but must be true or false'],
    [
      { SPANHOUSE_READ_SESSIONS: '17' },
      'SPANHOUSE_READ_SESSIONS is "17", but must be a whole number, 1 to 16',
    ],
    [{ SPANHOUSE_LOG_HIGH_WATER: '1.1' }, 'SPANHOUSE_LOG_HIGH_WATER is "1.1", but must be 0.1 to 1'],
    [
      { SPANHOUSE_LOG_LEVEL: 'loud' },
      'SPANHOUSE_LOG_LEVEL is "loud", but must be one of trace, debug, info, warn, error, fatal',
    ],
    [{ SPANHOUSE_START_TIMEOUT: '2h' }, 'SPANHOUSE_START_TIMEOUT is "2h", but must be 0ms to 1h'],
    [{ SPANHOUSE_QUERY_TIMEOUT: '1ms' }, 'SPANHOUSE_QUERY_TIMEOUT is "1ms", but must be 100ms to 1h'],
    [
      { SPANHOUSE_SEGMENT_MAX_BYTES: '1KiB' },
      'SPANHOUSE_SEGMENT_MAX_BYTES is "1KiB", but must be 64KiB to 1GiB',
    ],
    [{ SPANHOUSE_RETENTION: '36h' }, 'SPANHOUSE_RETENTION is "36h", but must be whole days, 1d to 3650d'],
    [
      { SPANHOUSE_DEFAULT_TENANT: '.x' },
      'SPANHOUSE_DEFAULT_TENANT is ".x", but must be 1 to 64 characters of A-Z a-z 0-9 _ . - and not starting with a dot',
    ],
    [
      { SPANHOUSE_HOST: 'example.org' },
      'SPANHOUSE_HOST is "example.org", but must be an IP address, or localhost',
    ],
    [
      { SPANHOUSE_HOST: '0.0.0.0' },
      'SPANHOUSE_HOST is 0.0.0.0, where others can reach it, and there is no authentication: set SPANHOUSE_ALLOW_ANONYMOUS=true if that is meant',
    ],
    [
      { SPANHOUSE_OTLP_HTTP_PORT: '16686' },
      "SPANHOUSE_OTLP_HTTP_PORT is 16686, which is another listener's port already",
    ],
    [
      { SPANHOUSE_JAEGER_COMPACT_PORT: '6831', SPANHOUSE_JAEGER_BINARY_PORT: '6831' },
      "SPANHOUSE_JAEGER_BINARY_PORT is 6831, which is another listener's port already",
    ],
    [
      { SPANHOUSE_SPACE_PORTS: 'http:4318=acme/iot/traces' },
      "SPANHOUSE_SPACE_PORTS (http:4318=acme/iot/traces) is 4318, which is another listener's port already",
    ],
    [
      { SPANHOUSE_SPACE_PORTS: '4319=acme' },
      'SPANHOUSE_SPACE_PORTS is "4319=acme", but must be ports such as http:4319=acme/iot/traces (or grpc:, or udp:), separated by commas',
    ],
    [
      {
        SPANHOUSE_SAMPLING_FILE: './s.json',
        SPANHOUSE_JAEGER_HTTP_PORT: 'off',
        SPANHOUSE_JAEGER_GRPC_PORT: 'off',
      },
      'SPANHOUSE_SAMPLING_FILE is set, but every port that would answer by it is off',
    ],
    [
      { SPANHOUSE_MAX_BODY_BYTES: '1GiB' },
      'SPANHOUSE_MAX_BODY_BYTES is 1073741824 bytes, more than SPANHOUSE_MAX_INFLIGHT_BYTES, which is 268435456',
    ],
    [
      { SPANHOUSE_UI_CONFIG: './ui.json' },
      'SPANHOUSE_UI_CONFIG is set, but SPANHOUSE_UI_DIR is not: there is no UI to configure',
    ],
    [
      { SPANHOUSE_CLICKHOUSE_CLUSTER: 'main' },
      'SPANHOUSE_CLICKHOUSE_CLUSTER is set, but SPANHOUSE_CLICKHOUSE_URL is not: the embedded engine has no use for it',
    ],
    [
      { SPANHOUSE_CLICKHOUSE_URL: 'http://u:p@ch:8123' },
      'SPANHOUSE_CLICKHOUSE_URL is "http://(hidden)@ch:8123", but must be an http or https address without credentials',
    ],
  ])('%j', (environment, want) => {
    expect(problemsOf(environment)).toEqual([want]);
  });

  test('every problem is listed at once', () => {
    const environment = { SPANHOUSE_NOPE: '1', SPANHOUSE_HTTP_PORT: 'x', SPANHOUSE_RETENTION: 'forever' };
    expect(problemsOf(environment).map((problem) => problem.split(' ')[0])).toEqual([
      'SPANHOUSE_NOPE',
      'SPANHOUSE_HTTP_PORT',
      'SPANHOUSE_RETENTION',
    ]);
  });

  test('a secret and its file are not both taken, and a missing file is named', () => {
    const environment = {
      SPANHOUSE_CLICKHOUSE_URL: 'http://ch:8123',
      SPANHOUSE_CLICKHOUSE_PASSWORD: 'hush',
      SPANHOUSE_CLICKHOUSE_PASSWORD_FILE: '/gone',
    };
    expect(problemsOf(environment)).toEqual([
      'SPANHOUSE_CLICKHOUSE_PASSWORD and SPANHOUSE_CLICKHOUSE_PASSWORD_FILE are both set: keep one',
      'SPANHOUSE_CLICKHOUSE_PASSWORD_FILE names a file that cannot be read: no such file: /gone',
    ]);
  });
});

describe('presentSettings', () => {
  test('shows values with their units and origins, and masks secrets', () => {
    const outcome = read({
      SPANHOUSE_CLICKHOUSE_URL: 'http://ch:8123',
      SPANHOUSE_CLICKHOUSE_PASSWORD: 'hush',
      SPANHOUSE_RETENTION_BY_SPACE: 'acme/*/*=30d',
    });
    if (!outcome.ok) throw new Error(outcome.problems.join('\n'));
    const shown = presentSettings(outcome.settings, outcome.origins);

    expect(shown).toMatch(/^SPANHOUSE_HTTP_PORT +16686 +default$/m);
    expect(shown).toMatch(/^SPANHOUSE_CLICKHOUSE_PASSWORD +\*{8} +environment$/m);
    expect(shown).toMatch(/^SPANHOUSE_CLICKHOUSE_CLUSTER +\(none\) +default$/m);
    expect(shown).toMatch(/^SPANHOUSE_RETENTION +14d +default$/m);
    expect(shown).toMatch(/^SPANHOUSE_RETENTION_BY_SPACE +acme\/\*\/\*=30d +environment$/m);
    expect(shown).toMatch(/^SPANHOUSE_COMMIT_INTERVAL +5ms +default$/m);
    expect(shown).not.toContain('hush');
  });
});
