import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { tidyUp } from '../support/server-process.ts';
import { environment } from './environment.ts';
import { presentFigures } from './figures.ts';
import { INGEST } from './scenarios/ingest.ts';
import { LARGE_TRACE } from './scenarios/large-trace.ts';
import { LAYOUT_SCENARIO } from './scenarios/layouts.ts';
import { QUERY } from './scenarios/query.ts';
import { QUIET } from './scenarios/quiet.ts';
import type { BenchOptions, Scenario } from './scenarios/scenario.ts';
import { SPACES_SCENARIO } from './scenarios/spaces.ts';

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  ingest: INGEST,
  query: QUERY,
  'large-trace': LARGE_TRACE,
  quiet: QUIET,
  spaces: SPACES_SCENARIO,
  layouts: LAYOUT_SCENARIO,
};

const USAGE = `npm run bench -- SCENARIO [options]

${Object.entries(SCENARIOS)
  .map(([name, { says }]) => `  ${name.padEnd(12)} ${says}`)
  .join('\n')}

  --spans N        how many spans, instead of the scenario's own number
  --load NAME      first or second: the shape of the spans
  --runs N         warm runs of each read (20)
  --minutes N      how long quiet lasts (10)
  --data DIR       query: a data directory that is filled once and kept
  --layout NAME    layouts: only this one; may be given several times
  --json FILE      every figure, with the machine's cores and the versions`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    spans: { type: 'string' },
    load: { type: 'string', multiple: true, default: [] },
    runs: { type: 'string', default: '20' },
    minutes: { type: 'string', default: '10' },
    data: { type: 'string' },
    layout: { type: 'string', multiple: true, default: [] },
    json: { type: 'string' },
  },
});

const [name = ''] = positionals;
const scenario = SCENARIOS[name];
if (scenario === undefined) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  await run(scenario);
}

async function run({ run: measure }: Scenario): Promise<void> {
  const where = environment();
  const figures = await measure(options()).finally(tidyUp);
  if (values.json !== undefined) {
    writeFileSync(values.json, JSON.stringify({ scenario: name, ...where, ...figures }, null, 2));
  }
  if (name !== 'layouts') console.log(presentFigures({ scenario: name, ...where, ...figures }));
}

function options(): BenchOptions {
  return {
    spans: values.spans === undefined ? undefined : Number(values.spans),
    runs: Number(values.runs),
    minutes: Number(values.minutes),
    loads: values.load.map(loadOf),
    layouts: values.layout,
    data: values.data,
  };
}

function loadOf(text: string): 'first' | 'second' {
  if (text === 'first' || text === 'second') return text;
  throw new Error(`--load is ${JSON.stringify(text)}, but must be first or second`);
}
