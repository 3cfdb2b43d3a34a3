import { format } from 'prettier';
import type { Span } from '../../../server/span/span.ts';
import { outcomeOf, PARTS } from './carried.ts';
import { PROTOCOLS, type Receiver } from './receivers.ts';

const LEGEND =
  "Each is written as OpenTelemetry's Collector writes it, with the types that the protocol has. – is what it does not carry.";

/** What was read back of the trace, by the receiver that took it. */
export type ReadBack = ReadonlyMap<Receiver, readonly Span[]>;

/** The table of what each protocol carries, made of what came back. */
export function presentCarried(sent: readonly Span[], readBack: ReadBack): string {
  const rows = PARTS.map((part) => [
    part.name,
    ...PROTOCOLS.map((protocol) => {
      const outcomes = [...readBack]
        .filter(([receiver]) => receiver.protocol === protocol)
        .map(([{ name }, read]) => [name, outcomeOf(part, sent, read) ?? 'something else'] as const);
      return presentCell(outcomes);
    }),
  ]);
  const table = [['', ...PROTOCOLS], PROTOCOLS.map(() => '---').concat('---'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
  return `${table}\n\n${LEGEND}`;
}

/** The same for all receivers of a protocol, or what each of them does. */
function presentCell(outcomes: readonly (readonly [receiver: string, words: string])[]): string {
  const [first] = outcomes;
  if (outcomes.every(([, words]) => words === first?.[1])) return first?.[1] ?? '';
  return outcomes.map(([receiver, words]) => `${receiver}: ${words}`).join('; ');
}

const BEGIN = '<!-- made by tests/e2e/receivers.test.ts -->';
const END = '<!-- /made -->';

/** The document with the table between its marks, as the formatter wants it. */
export function putCarried(document: string, table: string): Promise<string> {
  const [before, after] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (before < 0 || after < before) throw new Error(`the document lacks ${BEGIN} or ${END}`);
  const text = `${document.slice(0, before + BEGIN.length)}\n\n${table}\n\n${document.slice(after)}`;
  return format(text, { parser: 'markdown', printWidth: 130 });
}
