import type { Random } from '../load/demo-random.ts';

const MEASUREMENTS = ['spans', 'logs', 'span-links', 'spans_logs', 'spans_links', 'cpu', 'sp\\ ans', ''];
const VALUES = [
  '1i', '-1i', '1u', '-1u', '18446744073709551615u', '9223372036854775808i', '99999999999999999999999i', '1e400', '-.5', '1.', '.', '5x', 'i', 'u',
  't', 'F', 'TRUE', 'truth', 'NaN', '""', '"', '"\\"', '"\\\\"', '"a\nb"', '"a\r\nb"', '"a\\nb\\tc\\x"', '"{}"', '"{\\"a\\":[1,{\\"b\\":null}]}"',
  '"{\\"a\\":"', '"{\\"\\\\u0000\\":\\"\\\\ud800\\"}"', '"[[[["', '"2024-01-02 03:04:05.6 +0000 UTC"', '"Server"', '"Error"', '"SPAN_KIND_SERVER"', '',
]; // prettier-ignore
const NAMES = [
  'attributes', 'span.name', 'name', 'span.kind', 'kind', 'start_time_unix_nano', 'end_time_unix_nano', 'duration_nano', 'otel.status_code', 'body',
  'event.name', 'dropped_attributes_count', 'otel.span.dropped_links_count', 'parent_span_id', 'trace_id', 'span_id', 'linked_trace_id', 'service.name',
  'otel.library.name', 'trace_state', 'count', 'x', '\\,', 'a\\=b', '\\', 'é', '\u0000',
]; // prettier-ignore
const TIMES = [
  '',
  '0',
  '-1',
  '1',
  '9223372036854775807',
  '9223372036854775808',
  '99999999999999999999',
  '1.5',
  'now',
  '1 2',
];
const SPLINTERS = [
  '\\',
  '\\,',
  '\\ ',
  '\\=',
  '"',
  '\\"',
  ' ',
  ',',
  '=',
  '\n',
  '\r\n',
  '\r',
  '\t',
  '#',
  '\u0000',
];
const IDS = /((?:trace|span)_id=)"?([0-9a-f]+)"?/g;
const LONGEST_REPEAT = 8;

/** Changes a body of line protocol as the lines and their elements that it is made of. */
export function mutateLineList(body: Buffer, random: Random): Buffer {
  // A character for each byte, so that nothing but what is changed is changed.
  const lines = body.toString('latin1').split('\n');
  const at = Math.floor(random.next() * lines.length);
  const line = lines[at]!;
  const change = Math.floor(random.next() * 10);
  if (change === 0) lines.splice(at, 1);
  else if (change === 1) lines.splice(Math.floor(random.next() * lines.length), 0, ...repeated(line, random));
  else if (change === 2) lines.splice(Math.floor(random.next() * lines.length), 0, ...lines.splice(at, 1));
  else if (change === 3) lines[at] = withIdsOf(line, random.pick(lines));
  else if (change === 4) lines[at] = `${line.slice(0, line.lastIndexOf(' '))} ${random.pick(TIMES)}`;
  else if (change === 5) lines[at] = splintered(line, random);
  else if (change === 6) lines[at] = line.replace(/^[^, ]*/, () => random.pick(MEASUREMENTS));
  else lines[at] = withElement(line, random);
  return Buffer.from(lines.join('\n'), 'latin1');
}

function repeated(line: string, random: Random): string[] {
  const times = Math.floor(2 ** random.between(0, random.chance(0.1) ? LONGEST_REPEAT : 2));
  return Array.from({ length: times }, () => line);
}

/** So that it becomes an event or a link of the other, or the same span once more. */
function withIdsOf(line: string, other: string): string {
  const ids = new Map(Array.from(other.matchAll(IDS), ([, name, id]) => [name!, id!]));
  return line.replaceAll(IDS, (all, name: string) => {
    const id = ids.get(name);
    return id === undefined ? all : name + id;
  });
}

function splintered(line: string, random: Random): string {
  const at = Math.floor(random.next() * (line.length + 1));
  return line.slice(0, at) + random.pick(SPLINTERS) + line.slice(at);
}

/** One tag or field is gone, comes twice, stands elsewhere, or has another name or value. */
function withElement(line: string, random: Random): string {
  const elements = line.split(',');
  const at = Math.floor(random.next() * elements.length);
  const element = elements[at]!;
  const change = Math.floor(random.next() * 6);
  if (change === 0) elements.splice(at, 1);
  else if (change === 1) elements.splice(at, 0, ...repeated(element, random));
  else if (change === 2)
    elements.splice(Math.floor(random.next() * elements.length), 0, ...elements.splice(at, 1));
  else if (change === 3) elements[at] = element.replace(/^[^=]*/, () => random.pick(NAMES));
  else if (change === 4) elements[at] = element.replace(/=.*/s, () => `=${random.pick(VALUES)}`);
  else elements.splice(at, 0, `${random.pick(NAMES)}=${random.pick(VALUES)}`);
  return elements.join(',');
}
