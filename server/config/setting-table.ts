import {
  bytes,
  choice,
  durationMs,
  flag,
  host,
  integer,
  type Kind,
  optionalIdentifier,
  optionalPath,
  optionalUrl,
  port,
  ratio,
  retentionDays,
  retentionRules,
  spaceName,
  spacePorts,
  text,
} from './kind.ts';

export const SETTING_PREFIX = 'SPANHOUSE_';

export const SETTING_GROUPS = ['Listening', 'Storage', 'Spaces', 'Accepting', 'Log', 'Running'] as const;
export type SettingGroup = (typeof SETTING_GROUPS)[number];

/** What the machine offers: some defaults are a share of it. */
export interface Machine {
  readonly memoryBytes: number;
}

export interface Setting<T> {
  /** Without the prefix. */
  readonly name: string;
  readonly kind: Kind<T>;
  readonly group: SettingGroup;
  readonly meaning: string;
  /** As it would be written in the environment. */
  readonly fallback: (machine: Machine) => string;
  /** The default in words; its text where it is the same on every machine. */
  readonly fallbackWords: string;
  /** Never printed, and readable from a file named by `NAME_FILE`. */
  readonly secret: boolean;
}

/**
 * The one table of settings. The environment is parsed by it, `Settings` is typed by it, and the tables in README.md
 * and docs/settings.md are made from it.
 */
export const SETTING_TABLE = {
  host: setting(
    'Listening',
    'HOST',
    '127.0.0.1',
    host(),
    'Address of every listener. Another than loopback needs ALLOW_ANONYMOUS.',
  ),
  httpPort: setting(
    'Listening',
    'HTTP_PORT',
    '16686',
    port(),
    'Main port: what reads, OTLP, Jaeger Thrift and line protocol over HTTP, health, metrics.',
  ),
  grpcPort: setting(
    'Listening',
    'GRPC_PORT',
    '16685',
    port(),
    "Jaeger's query services over gRPC: api_v2, api_v3, and remote storage v2.",
  ),
  otlpHttpPort: setting(
    'Listening',
    'OTLP_HTTP_PORT',
    '4318',
    port(),
    'OTLP over HTTP, where SDKs and Collectors look for it.',
  ),
  otlpGrpcPort: setting('Listening', 'OTLP_GRPC_PORT', '4317', port(), 'OTLP over gRPC.'),
  jaegerHttpPort: setting(
    'Listening',
    'JAEGER_HTTP_PORT',
    '14268',
    port(),
    "Jaeger's Thrift over HTTP, where its clients look for a collector.",
  ),
  jaegerGrpcPort: setting(
    'Listening',
    'JAEGER_GRPC_PORT',
    '14250',
    port(),
    "Jaeger's own gRPC, where its agents look for a collector; answers for sampling strategies too.",
  ),
  jaegerCompactPort: setting(
    'Listening',
    'JAEGER_COMPACT_PORT',
    'off',
    port(),
    "Jaeger's agent: compact Thrift in datagrams, 6831 by custom. Takes binary ones too.",
  ),
  jaegerBinaryPort: setting(
    'Listening',
    'JAEGER_BINARY_PORT',
    'off',
    port(),
    "Jaeger's agent: binary Thrift in datagrams, 6832 by custom. Takes compact ones too.",
  ),
  samplingPort: setting(
    'Listening',
    'SAMPLING_PORT',
    'off',
    port(),
    "Sampling strategies for Jaeger's clients over HTTP, 5778 by custom.",
  ),
  samplingGrpcPort: setting(
    'Listening',
    'SAMPLING_GRPC_PORT',
    'off',
    port(),
    'Sampling strategies over gRPC, 5779 by custom; JAEGER_GRPC_PORT has them as well.',
  ),
  samplingFile: setting(
    'Listening',
    'SAMPLING_FILE',
    '',
    optionalPath('a .json file'),
    'Sampling strategies as Jaeger writes them; read again when it changes. None samples everything.',
  ),
  zipkinPort: setting('Listening', 'ZIPKIN_PORT', '9411', port(), "Zipkin's JSON, protobuf and Thrift."),
  influxPort: setting(
    'Listening',
    'INFLUX_PORT',
    'off',
    port(),
    "InfluxDB's line protocol, 8361 in the place of Datalayers; the main port takes it too.",
  ),
  cnosdbPort: setting(
    'Listening',
    'CNOSDB_PORT',
    'off',
    port(),
    'In the place of CnosDB, 8902 by custom: its paths and defaults (tenant cnosdb, db public), to write and to read.',
  ),
  spacePorts: setting(
    'Listening',
    'SPACE_PORTS',
    '',
    spacePorts(),
    'Ports that are for one space each, for senders that can set no header; http ones also answer as eKuiper does.',
  ),
  pluginPort: setting(
    'Listening',
    'PLUGIN_PORT',
    'off',
    port(),
    "Grafana's plugin backend, for a Grafana without Node. It asks any URL that its caller names.",
  ),
  allowAnonymous: setting(
    'Listening',
    'ALLOW_ANONYMOUS',
    'false',
    flag(),
    'Whether anybody who reaches HOST may read and write: there is no authentication yet.',
  ),
  uiDir: setting(
    'Listening',
    'UI_DIR',
    '',
    optionalPath('a folder'),
    'The built Jaeger UI that the main port hosts, as `npm run ui` fetches it; none shows a page of our own.',
  ),
  uiConfig: setting(
    'Listening',
    'UI_CONFIG',
    '',
    optionalPath('a .json or .js file'),
    "The Jaeger UI's own configuration; read again when it changes.",
  ),

  dataDir: setting(
    'Storage',
    'DATA_DIR',
    './data',
    text('a path'),
    'The log, and the files of the embedded engine. One process at a time.',
  ),
  clickhouseUrl: setting(
    'Storage',
    'CLICKHOUSE_URL',
    '',
    optionalUrl(),
    'HTTP address of a ClickHouse server, 26.3 or newer; none runs the embedded engine.',
  ),
  clickhouseUser: setting(
    'Storage',
    'CLICKHOUSE_USER',
    'default',
    text('text'),
    'User at the ClickHouse server.',
  ),
  clickhousePassword: secret('Storage', 'CLICKHOUSE_PASSWORD', 'Password at the ClickHouse server.'),
  clickhouseDatabase: setting(
    'Storage',
    'CLICKHOUSE_DATABASE',
    'spanhouse',
    text('text'),
    'Database at the ClickHouse server; made if it is not there.',
  ),
  clickhouseCluster: setting(
    'Storage',
    'CLICKHOUSE_CLUSTER',
    '',
    optionalIdentifier(),
    'Cluster for replicated and distributed tables; none makes plain ones.',
  ),
  startTimeoutMs: setting(
    'Storage',
    'START_TIMEOUT',
    '2m',
    durationMs('0ms', '1h'),
    'How long a start waits for a ClickHouse server that is away; 0ms does not wait.',
  ),
  retentionDays: setting(
    'Storage',
    'RETENTION',
    '14d',
    retentionDays(),
    'How long spans are kept, counted from their start.',
  ),
  retentionRules: setting(
    'Storage',
    'RETENTION_BY_SPACE',
    '',
    retentionRules(),
    'Other retentions for some spaces, in at most four different durations.',
  ),
  memoryLimitBytes: {
    ...setting('Storage', 'MEMORY_LIMIT', '', bytes('256MiB', '4TiB'), 'Memory the embedded engine may use.'),
    fallback: engineMemory,
    fallbackWords: 'a quarter of the machine, 512MiB to 16GiB',
  },

  defaultTenant: setting(
    'Spaces',
    'DEFAULT_TENANT',
    'default',
    spaceName(),
    'Tenant of requests that name none.',
  ),
  defaultDb: setting('Spaces', 'DEFAULT_DB', 'public', spaceName(), 'Db of requests that name none.'),
  defaultTable: setting(
    'Spaces',
    'DEFAULT_TABLE',
    'traces',
    spaceName(),
    'Table of requests that name none.',
  ),
  createSpaces: setting(
    'Spaces',
    'CREATE_SPACES',
    'true',
    flag(),
    'Whether a space comes into being with its first span; if not, an unknown one is refused.',
  ),
  maxSpaces: setting(
    'Spaces',
    'MAX_SPACES',
    '20000',
    integer(1, 1_000_000),
    'Spaces in all; the first span of one more is refused.',
  ),
  maxServices: setting(
    'Spaces',
    'MAX_SERVICES',
    '5000',
    integer(1, 1_000_000),
    'Services listed per space. Spans of more are kept and found, the list says it is cut.',
  ),
  maxOperations: setting(
    'Spaces',
    'MAX_OPERATIONS',
    '20000',
    integer(1, 1_000_000),
    'Operations listed per space; likewise.',
  ),
  maxAttributeKeys: setting(
    'Spaces',
    'MAX_ATTRIBUTE_KEYS',
    '10000',
    integer(1, 1_000_000),
    'Attribute keys listed per space; likewise.',
  ),

  maxBodyBytes: setting(
    'Accepting',
    'MAX_BODY_BYTES',
    '64MiB',
    bytes('1KiB', '1GiB'),
    'Size of one request, packed or unpacked.',
  ),
  maxInflightBytes: setting(
    'Accepting',
    'MAX_INFLIGHT_BYTES',
    '256MiB',
    bytes('1KiB', '64GiB'),
    'Size of all requests in work; past it senders are told to retry.',
  ),
  bodyTimeoutMs: setting(
    'Accepting',
    'BODY_TIMEOUT',
    '30s',
    durationMs('100ms', '1h'),
    'How long a sender may take to send one request.',
  ),
  maxSpanBytes: setting(
    'Accepting',
    'MAX_SPAN_BYTES',
    '4MiB',
    bytes('1KiB', '1GiB'),
    'Size of one span on the wire.',
  ),
  maxAttributes: setting(
    'Accepting',
    'MAX_ATTRIBUTES',
    '1024',
    integer(1, 65_535),
    'Attributes of one span, resource, scope, event or link.',
  ),
  maxAttributeBytes: setting(
    'Accepting',
    'MAX_ATTRIBUTE_BYTES',
    '1MiB',
    bytes('64B', '1GiB'),
    'Size of one attribute, key and value.',
  ),
  maxEvents: setting('Accepting', 'MAX_EVENTS', '4096', integer(0, 1_000_000), 'Events of one span.'),
  maxLinks: setting('Accepting', 'MAX_LINKS', '4096', integer(0, 1_000_000), 'Links of one span.'),
  maxNesting: setting(
    'Accepting',
    'MAX_NESTING',
    '16',
    integer(1, 64),
    'Depth of arrays and maps in an attribute.',
  ),
  acceptOldSpans: setting(
    'Accepting',
    'ACCEPT_OLD_SPANS',
    'false',
    flag(),
    'Whether to take spans that began before the retention of their space.',
  ),
  acceptFutureSpans: setting(
    'Accepting',
    'ACCEPT_FUTURE_SPANS',
    'false',
    flag(),
    'Whether to take spans that begin later than MAX_AHEAD allows.',
  ),
  maxAheadMs: setting(
    'Accepting',
    'MAX_AHEAD',
    '1d',
    durationMs('0s', '30d'),
    'How far ahead of our clock a span may begin.',
  ),

  logMaxBytes: setting(
    'Log',
    'LOG_MAX_BYTES',
    '4GiB',
    bytes('16MiB', '16TiB'),
    'Disk the write-ahead log may take while the engine is slow or away.',
  ),
  logHighWater: setting(
    'Log',
    'LOG_HIGH_WATER',
    '0.8',
    ratio(0.1, 1),
    'Share of LOG_MAX_BYTES from which senders are told to retry.',
  ),
  segmentMaxBytes: setting(
    'Log',
    'SEGMENT_MAX_BYTES',
    '32MiB',
    bytes('64KiB', '1GiB'),
    'Size at which a segment is sealed and loaded.',
  ),
  segmentMaxRows: setting(
    'Log',
    'SEGMENT_MAX_ROWS',
    '120000',
    integer(1, 10_000_000),
    'Spans at which a segment is sealed and loaded.',
  ),
  segmentMaxAgeMs: setting(
    'Log',
    'SEGMENT_MAX_AGE',
    '500ms',
    durationMs('10ms', '1m'),
    'Age at which a segment is sealed and loaded: its spans are visible soon after.',
  ),
  segmentRestMs: setting(
    'Log',
    'SEGMENT_REST',
    '30s',
    durationMs('0ms', '1m'),
    'How long a segment of under 1,000 spans rests after the one before it, unless somebody reads.',
  ),
  commitIntervalMs: setting(
    'Log',
    'COMMIT_INTERVAL',
    '5ms',
    durationMs('0ms', '1s'),
    'How long a request waits for others to share its fsync.',
  ),

  queryTimeoutMs: setting(
    'Running',
    'QUERY_TIMEOUT',
    '30s',
    durationMs('100ms', '1h'),
    'How long a query may take.',
  ),
  queryMaxRows: setting(
    'Running',
    'QUERY_MAX_ROWS',
    '10000000000',
    integer(1_000, 1_000_000_000_000_000),
    'Rows that each statement of a query may read, as the engine counts them once its indexes have been asked.',
  ),
  tagRegex: setting(
    'Running',
    'TAG_REGEX',
    'true',
    flag(),
    'Whether values of tags in a search, such as `GET /api/.*`, are also taken for anchored regular expressions.',
  ),
  maxClockSkewMs: setting(
    'Running',
    'MAX_CLOCK_SKEW',
    '0ms',
    durationMs('0ms', '1h'),
    'By how much the spans of another host may be moved to fit their parents; 0ms only warns.',
  ),
  readSessions: setting(
    'Running',
    'READ_SESSIONS',
    '4',
    integer(1, 16),
    'Queries that run side by side in the embedded engine; beside them as many large answers are streamed.',
  ),
  logLevel: setting(
    'Running',
    'LOG_LEVEL',
    'info',
    choice(['trace', 'debug', 'info', 'warn', 'error', 'fatal']),
    'Least severe line that is logged.',
  ),
  shutdownTimeoutMs: setting(
    'Running',
    'SHUTDOWN_TIMEOUT',
    '30s',
    durationMs('1s', '1h'),
    'How long a stop may wait for what is in flight.',
  ),
} as const;

type SettingTable = typeof SETTING_TABLE;
export type SettingKey = keyof SettingTable;

/** What the environment said, parsed once; frozen. Values keep the units of their names. */
export type Settings = { readonly [K in SettingKey]: SettingTable[K] extends Setting<infer T> ? T : never };

export const SETTING_KEYS = Object.keys(SETTING_TABLE) as SettingKey[];

function setting<T>(
  group: SettingGroup,
  name: string,
  fallback: string,
  kind: Kind<T>,
  meaning: string,
): Setting<T> {
  return { name, kind, group, meaning, fallback: () => fallback, fallbackWords: fallback, secret: false };
}

function secret(group: SettingGroup, name: string, meaning: string): Setting<string> {
  return { ...setting(group, name, '', text('text'), meaning), secret: true };
}

/** The other three quarters are for the page cache, this process's own buffers, and the neighbours. */
function engineMemory({ memoryBytes }: Machine): string {
  return String(Math.floor(Math.min(Math.max(memoryBytes / 4, 512 * 2 ** 20), 16 * 2 ** 30)));
}
