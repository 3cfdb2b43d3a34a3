import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Bytes } from './bytes.ts';
import { ELEMENT, KIND, LINE, LineReader } from './line-protocol.ts';

const KINDS = Object.fromEntries(Object.entries(KIND).map(([name, kind]) => [kind, name]));

/** What a reader finds, as text: `measurement | tag name=value | string name=value | … | timestamp`, or the problem. */
function read(body: string | Uint8Array, budgetBytes = Infinity): string[] {
  const reader = new LineReader(Buffer.from(body));
  const lines: string[] = [];
  for (let found = reader.nextLine(); found !== LINE.end; found = reader.nextLine()) {
    if (found === LINE.blank) continue;
    const parts = [text(reader.keySource, reader.keyFrom, reader.keyTo)];
    let element = reader.next(budgetBytes);
    for (; element !== ELEMENT.end && element !== ELEMENT.bad; element = reader.next(budgetBytes)) {
      if (element !== ELEMENT.more) parts.push(presentElement(reader));
    }
    if (element === ELEMENT.end) parts.push(text(reader.bytes, reader.timeFrom, reader.timeTo));
    else {
      parts.push(reader.problem);
      reader.skipLine();
    }
    lines.push(parts.join(' | '));
  }
  return lines;
}

function presentElement(reader: LineReader): string {
  const target = new Bytes();
  reader.copyText(target);
  const value = reader.kind === KIND.bool ? String(reader.isTrue) : text(target.data, 0, target.length);
  return `${KINDS[reader.kind]} ${text(reader.keySource, reader.keyFrom, reader.keyTo)}=${value}`;
}

function text(source: Uint8Array, from: number, to: number): string {
  return Buffer.from(source.subarray(from, to)).toString('utf8');
}

describe('a line', () => {
  const valid: [string, string, string][] = [
    ['with everything', 'm,a=b,c=d f=1,g="x" 12', 'm | tag a=b | tag c=d | float f=1 | string g=x | 12'],
    ['without tags', 'm f=1 12', 'm | float f=1 | 12'],
    ['without a timestamp', 'm f=1', 'm | float f=1 | '],
    ['with a negative timestamp', 'm f=1 -12', 'm | float f=1 | -12'],
    ['with more spaces than it needs', '  m,a=b   f=1   12  ', 'm | tag a=b | float f=1 | 12'],
    ['that ends as on Windows', 'm f=1 12\r\n', 'm | float f=1 | 12'],
    ['that ends as on Windows, without a timestamp', 'm f=1\r\n', 'm | float f=1 | '],
    ['with an integer', 'm f=-12i', 'm | int f=-12 | '],
    ['with an integer without a sign', 'm f=12u', 'm | unsigned f=12 | '],
    ['with an integer of any length', `m f=${'9'.repeat(40)}i`, `m | int f=${'9'.repeat(40)} | `],
    ['with floats', 'm a=-1.5e-3,b=.5,c=5.,d=1E9', 'm | float a=-1.5e-3 | float b=.5 | float c=5. | float d=1E9 | '],
    ['with what is true', 'm a=t,b=T,c=true,d=True,e=TRUE', 'm | bool a=true | bool b=true | bool c=true | bool d=true | bool e=true | '],
    ['with what is false', 'm a=f,b=F,c=false,d=False,e=FALSE', 'm | bool a=false | bool b=false | bool c=false | bool d=false | bool e=false | '],
    ['with an empty string', 'm a="" 1', 'm | string a= | 1'],
    ['with anything in a string', 'm a="b=c, d=#1" 1', 'm | string a=b=c, d=#1 | 1'],
    ['with escapes in a string', 'm a="\\"q\\" \\\\ \\n\\r\\t \\x" 1', 'm | string a="q" \\ \n\r\t \\x | 1'],
    ['with line ends in a string', 'm a="b\nc\r\nd" 1', 'm | string a=b\nc\r\nd | 1'],
    ['with escapes in its names', 'm\\,\\ n,a\\,\\=\\ b=c\\,\\=\\ d e\\,\\=\\ f=1', 'm, n | tag a,= b=c,= d | float e,= f=1 | '],
    ['with backslashes that escape nothing', 'm\\x,a\\b=c:\\new\\\\d e\\f="g"', 'm\\x | tag a\\b=c:\\new\\\\d | string e\\f=g | '],
    ['with a backslash before an escape', 'm,a=b\\\\,c d=1', 'm | tag a=b\\,c | float d=1 | '],
    ['with quotes in its names and tags', '"m",a="b" "c"=1', '"m" | tag a="b" | float "c"=1 | '],
    ['with an equals sign in a tag', 'm,a=b=c d=1', 'm | tag a=b=c | float d=1 | '],
    ['with a hash that is no comment', 'm#,#a=# #=1', 'm# | tag #a=# | float #=1 | '],
    ['with more than ASCII', 'maß,ä=ö ü="ß€😀"', 'maß | tag ä=ö | string ü=ß€😀 | '],
  ]; // prettier-ignore
  test.each(valid)('%s', (_, body, want) => {
    expect(read(body)).toEqual([want]);
  });

  const invalid: [string, string, string][] = [
    ['with nothing but a name', 'm', 'm | expected fields at byte 2 of the line'],
    ['with a name and tags', 'm,a=b', 'm | tag a=b | expected fields at byte 6 of the line'],
    ['without a name', ',a=b c=1', ' | expected a measurement at byte 1 of the line'],
    ['with a tag without a value', 'm,a c=1', 'm | expected the name of a tag and = at byte 4 of the line'],
    ['with a tag without a name', 'm,=b c=1', 'm | expected the name of a tag and = at byte 3 of the line'],
    ['with an empty tag', 'm,a= c=1', 'm | expected the value of a tag at byte 5 of the line'],
    ['with a comma too many', 'm,a=b, c=1', 'm | tag a=b | expected the name of a tag and = at byte 7 of the line'],
    ['with a field without a value', 'm a= 1', 'm | expected the value of a field at byte 5 of the line'],
    ['with a field without a name', 'm =1 1', 'm | expected the name of a field and = at byte 3 of the line'],
    ['with a space between fields', 'm a=1, b=2', 'm | float a=1 | expected the name of a field and = at byte 7 of the line'],
    ['with a word for a value', 'm a=abc 1', 'm | expected the value of a field at byte 5 of the line'],
    ['with half a number', 'm a=1-2 1', 'm | expected the value of a field at byte 5 of the line'],
    ['with an integer that is none', 'm a=1.5i 1', 'm | expected the value of a field at byte 5 of the line'],
    ['with a number below zero that cannot be', 'm a=-1u 1', 'm | expected the value of a field at byte 5 of the line'],
    ['with an integer without digits', 'm a=-i 1', 'm | expected the value of a field at byte 5 of the line'],
    ['with something behind a string', 'm a="b"c 1', 'm | string a=b | expected a comma or a space at byte 8 of the line'],
    ['with a timestamp that is none', 'm a=1 12x', 'm | float a=1 | expected a timestamp or the end of the line at byte 9 of the line'],
    ['with a minus for a timestamp', 'm a=1 -', 'm | float a=1 | expected a timestamp at byte 8 of the line'],
    ['with two timestamps', 'm a=1 12 13', 'm | float a=1 | expected a timestamp or the end of the line at byte 10 of the line'],
    ['with a name that never ends', 'x'.repeat(2 << 20), `${'x'.repeat(1 << 20)} | expected fields at byte 1048577 of the line`],
  ]; // prettier-ignore
  test.each(invalid)('%s is bad', (_, body, want) => {
    expect(read(body)).toEqual([want]);
    expect(read(`${body}\r\nm f=1 2\n`)).toEqual([want, 'm | float f=1 | 2']);
  });

  test('with a string without an end takes the rest of the body', () => {
    expect(read('m a="b 1\nm a=1 2\n')).toEqual(['m | a string without an end at byte 5 of the line']);
    expect(read('m a="b\\')).toEqual(['m | a string without an end at byte 5 of the line']);
  });
});

describe('lines', () => {
  test('stand between comments and nothing', () => {
    const body = '\n# a="\n \n  # more\r\n\r\nm f=1\n\n#\nn f=2';
    expect(read(body)).toEqual(['m | float f=1 | ', 'n | float f=2 | ']);
    expect(read('')).toEqual([]);
    expect(read('#')).toEqual([]);
  });

  test('can be gone back to', () => {
    const reader = new LineReader(Buffer.from('m f=1\n n f=2 3\n'));
    while (reader.nextLine() !== LINE.end) reader.skipLine();
    reader.at = 7;
    expect(reader.nextLine()).toBe(LINE.line);
    expect(text(reader.keySource, reader.keyFrom, reader.keyTo)).toBe('n');
    expect(reader.next()).toBe(ELEMENT.field);
    expect(reader.next()).toBe(ELEMENT.end);
  });

  const piece = fc.oneof(
    fc.constantFrom('m', ',a=b', ' f=1', ',g="x y"', ' 12', '\n', '\r', '\\', '"', '#', '=', '1i', 'true'),
    fc.string({ unit: 'binary', maxLength: 3 }),
  );
  const bodies = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));

  test('of any text are read to the end, and in parts as in one go', () => {
    fc.assert(
      fc.property(bodies, fc.integer({ min: 1, max: 9 }), (body, budget) => {
        expect(read(body, budget)).toEqual(read(body));
      }),
      { numRuns: 2000 },
    );
  });

  test('of any bytes are read to the end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (body) => void read(body)),
      { numRuns: 2000 },
    );
  });
});
