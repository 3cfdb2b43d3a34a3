import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { benchLayouts } from './layouts/layouts.ts';
import { environment } from './environment.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    spans: { type: 'string' },
    layout: { type: 'string', multiple: true, default: [] },
    load: { type: 'string', multiple: true, default: [] },
    runs: { type: 'string', default: '20' },
    json: { type: 'string' },
  },
});

const layouts = values.layout;
const results = await benchLayouts({
  spans: Number(values.spans ?? 10_000_000),
  layouts,
  loads: values.load.length > 0 ? (values.load as ('first' | 'second')[]) : ['first'],
  runs: Number(values.runs),
});
if (values.json !== undefined) {
  writeFileSync(values.json, JSON.stringify({ scenario: positionals[0], ...environment(), results }, null, 2));
}
