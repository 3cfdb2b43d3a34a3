import { LineReader } from '../../wire/line-protocol.ts';

const NEWLINE = 0x0a;
const LONGEST_SHOWN_LINE = 40;
const LONGEST_SHOWN_NAME = 80;

/** `line 17 ("cpu,host=a usag…")`: by its number in the body and its beginning. Counts lines: for one refusal of many. */
export function describeLine(body: Uint8Array, lineFrom: number): string {
  let number = 1;
  for (let at = body.indexOf(NEWLINE); at >= 0 && at < lineFrom; at = body.indexOf(NEWLINE, at + 1)) number++;
  const shownTo = Math.min(body.length, lineFrom + LONGEST_SHOWN_LINE);
  const end = body.indexOf(NEWLINE, lineFrom);
  const isWhole = end >= 0 ? end <= shownTo : shownTo === body.length;
  const shown = textOf(body, lineFrom, isWhole && end >= 0 ? end : shownTo).trimEnd();
  return `line ${number} (${JSON.stringify(isWhole ? shown : `${shown}…`)})`;
}

/** Words for a line whose measurement is somebody else's. */
export function describeMeasurement({ bytes, lineFrom }: LineReader): string {
  const reader = new LineReader(bytes);
  reader.at = lineFrom;
  reader.nextLine();
  const { keySource, keyFrom, keyTo } = reader;
  const name = textOf(keySource, keyFrom, Math.min(keyTo, keyFrom + LONGEST_SHOWN_NAME));
  return `measurement ${JSON.stringify(name)} is none of spans, logs, span-links`;
}

function textOf(source: Uint8Array, from: number, to: number): string {
  return Buffer.from(source.subarray(from, to)).toString('utf8');
}
