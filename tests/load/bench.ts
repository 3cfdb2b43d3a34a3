import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { environment } from './environment.ts';
import { presentFigures } from './figures.ts';
import { INGEST } from './scenarios/ingest.ts';
import { JAEGER } from './scenarios/jaeger.ts';
import { LARGE_TRACE } from './scenarios/large-trace.ts';
import { compareLayouts, LAYOUTS_SAY } from './scenarios/layouts.ts';
import { LOOKUP } from './scenarios/lookup.ts';
import { presentTable } from './scenarios/outcome.ts';
import { QUERY } from './scenarios/query.ts';
import { QUIET } from './scenarios/quiet.ts';
import { RECOVERY } from './scenarios/recovery.ts';
import type { BenchOptions, Scenario } from './scenarios/scenario.ts';
import { SPACES_SCENARIO } from './scenarios/spaces.ts';
import { isProtocolName, PROTOCOL_NAMES, type ProtocolName } from './traffic/protocols.ts';
import { type Shape, SHAPES } from './traffic/shape.ts';

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  ingest: INGEST,
  query: QUERY,
  jaeger: JAEGER,
  lookup: LOOKUP,
  'large-trace': LARGE_TRACE,
  quiet: QUIET,
  spaces: SPACES_SCENARIO,
  recovery: RECOVERY,
};

const PROTOCOLS_A_LINE = 5;
/** Names at the usage's second column, a few a line. */
const PROTOCOL_LINES = Array.from(
  { length: Math.ceil(PROTOCOL_NAMES.length / PROTOCOLS_A_LINE) },
  (_, line) => {
    const from = line * PROTOCOLS_A_LINE;
    return `${' '.repeat(19)}${PROTOCOL_NAMES.slice(from, from + PROTOCOLS_A_LINE).join(', ')}`;
  },
).join(',\n');

const USAGE = `npm run bench -- SCENARIO [options]

${Object.entries(SCENARIOS)
  .map(([name, { says }]) => `  ${name.padEnd(12)} ${says}`)
  .join('\n')}
  ${'layouts'.padEnd(12)} ${LAYOUTS_SAY}

  --spans N        how many spans, instead of the scenario's own number
  --seconds S      quiet: how long; jaeger: how long spans are sent
  --load NAME      first, second or third: the shape of the spans; the third has events and links
  --protocol NAME  ingest: how spans are sent; several, or all, are measured in turn and set side by side:
${PROTOCOL_LINES}
  --runs N         warm runs of each read
  --calm S         how long nothing must have happened before merges are taken to be over (12)
  --data DIR       query, jaeger, large-trace: a data directory that is filled once and kept
  --layout NAME    layouts: only this one; may be given several times
  --json FILE      every figure, with the machine's cores and the versions`;

/** By custom, how a program ends that SIGINT ended. */
const INTERRUPTED = 130;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    spans: { type: 'string' },
    seconds: { type: 'string' },
    load: { type: 'string', multiple: true, default: [] },
    protocol: { type: 'string', multiple: true, default: [] },
    runs: { type: 'string' },
    calm: { type: 'string', default: '12' },
    data: { type: 'string' },
    layout: { type: 'string', multiple: true, default: [] },
    json: { type: 'string' },
  },
});

// An orderly exit, so that servers are ended and directories removed.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(INTERRUPTED));

const [name = ''] = positionals;
const scenario = SCENARIOS[name];
if (scenario !== undefined) await run(scenario);
else if (name === 'layouts') save(await compareLayouts(readOptions()));
else {
  console.error(USAGE);
  process.exitCode = 2;
}

async function run({ run: measure }: Scenario): Promise<void> {
  const { conditions, tables } = await measure(readOptions());
  console.log(presentFigures({ scenario: name, ...environment(), ...conditions }));
  for (const table of tables) console.log(presentTable(table));
  save({ conditions, tables });
}

function save(found: object): void {
  if (values.json === undefined) return;
  writeFileSync(values.json, `${JSON.stringify({ scenario: name, ...environment(), ...found }, null, 2)}\n`);
}

function readOptions(): BenchOptions {
  return {
    spans: countOf('spans', values.spans),
    seconds: countOf('seconds', values.seconds),
    runs: countOf('runs', values.runs),
    calmSeconds: countOf('calm', values.calm)!,
    loads: values.load.map(loadOf),
    protocols: values.protocol.includes('all') ? PROTOCOL_NAMES : values.protocol.map(protocolOf),
    layouts: values.layout,
    dataDir: values.data,
  };
}

function countOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const count = Number(text.replaceAll('_', ''));
  if (Number.isInteger(count) && count > 0) return count;
  throw new Error(`--${option} is ${JSON.stringify(text)}, but must be a whole number above 0`);
}

function loadOf(text: string): Shape['name'] {
  if (Object.hasOwn(SHAPES, text)) return text as Shape['name'];
  throw new Error(`--load is ${JSON.stringify(text)}, but must be ${Object.keys(SHAPES).join(' or ')}`);
}

function protocolOf(text: string): ProtocolName {
  if (isProtocolName(text)) return text;
  throw new Error(
    `--protocol is ${JSON.stringify(text)}, but must be all or one of ${PROTOCOL_NAMES.join(', ')}`,
  );
}
