import prettier from 'eslint-config-prettier';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import { importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';
import scaffold from './.config/eslint.config.mjs';

/** One row of the dependency rule in docs/architecture.md: who may not import what, and what to do instead. */
const zone = (target, from, except, message) => ({
  target: `./server/${target}`,
  from: `./server${from}`,
  ...(except.length > 0 ? { except: except.map((folder) => `./${folder}`) } : {}),
  message,
});

const CORE = ['errors', 'span', 'space', 'wire', 'columns'];
const PURE = 'This folder is the pure core: pass the value in from an edge instead of importing it.';

const zones = [
  zone('errors', '', ['errors'], PURE),
  zone('space', '', ['space', 'errors'], PURE),
  zone('span', '', ['span', 'errors'], PURE),
  zone(
    'wire',
    '',
    ['wire', 'errors'],
    'wire/ knows formats, not traces: move what is about spans to ingest/.',
  ),
  zone('columns', '', CORE, PURE),
  zone(
    'wal',
    '',
    [...CORE, 'wal', 'store'],
    'The log stores blocks of bytes: give it a callback for what happens to them.',
  ),
  zone('store', '', [...CORE, 'store'], 'The port knows no adapter: put what is about SQL into clickhouse/.'),
  zone(
    'clickhouse',
    '',
    [...CORE, 'store', 'clickhouse'],
    'The adapter knows the port and the core, nobody else.',
  ),
  zone(
    'ingest',
    '',
    [...CORE, 'store', 'wal', 'ingest', 'platform'],
    'An edge knows the core and the port: ask the store through its port, have settings passed in.',
  ),
  ...['spanhouse', 'ekuiper', 'home', 'spaces', 'filter', 'go'].map((sibling) =>
    zone(
      `query/${sibling}`,
      '/query/jaeger',
      [],
      'The folders of query/ stand beside one another: what two of them need belongs into query/ itself.',
    ),
  ),
  zone(
    'sampling',
    '',
    ['errors', 'sampling', 'platform'],
    'What clients ask before they send knows nothing of spans: have it passed in.',
  ),
  zone(
    'platform',
    '',
    [...CORE, 'platform'],
    'Plumbing knows nothing of what flows through it: have it passed in.',
  ),
  zone(
    'plugin',
    '',
    [...CORE, 'platform', 'plugin'],
    "The plugin's backend asks the server over HTTP, as every other client: it may run in another process.",
  ),
  zone(
    'config',
    '',
    ['config', 'errors', 'space'],
    'Settings are parsed from the environment and nothing else.',
  ),
];

const only = (allowed, names, message) => ({
  files: ['server/**/*.ts'],
  ignores: [...allowed, 'server/**/*.test.ts', 'server/**/*.bench.ts'],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      { patterns: names.map((group) => ({ group: [group], message })) },
    ],
  },
});

const BROWSER = ['src/**/*.{ts,tsx}', 'tests/grafana/browser/**/*.{ts,tsx}'];

export default tseslint.config(
  {
    ignores: [
      '.config/',
      'webpack.config.ts',
      'dist/',
      'node_modules/',
      'data/',
      'examples/',
      'ui/',
      'ui.new-*/',
    ],
  },
  ...scaffold.map((config) => ({ ...config, files: BROWSER })),
  ...tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: ['**/*.{ts,tsx}'] })),
  ...tseslint.configs.stylisticTypeChecked.map((config) => ({ ...config, files: ['**/*.{ts,tsx}'] })),
  {
    files: ['**/*.{ts,tsx}'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver({ project: 'tsconfig.json' })] },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // Indexed access into column buffers is checked by their bounds, not by the type system.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/prefer-readonly': 'error',
      'import-x/no-default-export': 'error',
      'import-x/no-cycle': ['error', { maxDepth: 8 }],
      'import-x/no-restricted-paths': ['error', { zones }],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  only(
    [
      'server/clickhouse/engine/**',
      'server/platform/**',
      'server/ingest/**',
      'server/sampling/**',
      'server/query/**',
      'server/plugin/protocol/**',
      'server/bin/**',
    ],
    ['express', '@grpc/*'],
    'Only platform/, handlers, routes and composition roots speak HTTP or gRPC.',
  ),
  {
    files: BROWSER,
    languageOptions: { parserOptions: { project: null } },
    rules: {
      // Where the scaffold's style is not the house's.
      curly: 'off',
      'no-duplicate-imports': 'off',
      '@typescript-eslint/array-type': ['error', { default: 'array' }],
      // What is taken away from an object has to be named.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      // An attribute that is missing, and one that is undefined, are the same to React.
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { string: true } }],
    },
  },
  {
    files: ['server/**/*.ts', 'tests/**/*.ts', 'src/contract/**/*.ts', 'src/dashboards/**/*.ts'],
    ignores: ['tests/grafana/{browser,e2e}/**', 'src/dashboards/dashboard-api.ts'],
    rules: {
      // By its syntax: the rule for imports is taken, and would be overwritten.
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ImportDeclaration[source.value=/^(@grafana\\u002F|react)/]',
          message: 'Only src/ and the page that shows it run in a browser.',
        },
      ],
    },
  },
  {
    files: ['server/**/*.ts'],
    ignores: ['server/clickhouse/engine/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: ['chdb', '@clickhouse/client'].map((name) => ({
            name,
            message: 'Only clickhouse/engine may know which engine runs.',
          })),
        },
      ],
    },
  },
  {
    files: ['server/**/*.ts'],
    ignores: ['server/config/**', 'server/bin/**', 'server/**/*.test.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Settings are parsed once in config/ and passed in.' },
      ],
    },
  },
  {
    files: ['tests/**/*.ts', 'vitest.config.ts'],
    rules: { 'no-console': 'off', 'import-x/no-default-export': 'off' },
  },
  prettier,
);
