import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fault } from '../errors/fault.ts';
import { openLoader } from './loader.ts';
import { putBack } from './put-back.ts';
import {
  batch,
  block,
  FaultyDisk,
  KEY,
  MemorySink,
  openTestLog,
  setAsideTexts,
  temporaryHome,
  textsIn,
} from './wal.fixture.ts';

type Home = ReturnType<typeof temporaryHome>;

const LOG_ID = KEY.toString('hex');
const REFUSED = new Fault('internal', 'the engine refuses it');
const AWAY = new Fault('unavailable', 'the engine is away');
const BACK = { obstacle: undefined };

/** Appends a segment for each list of blocks and loads what there is. */
async function run(home: Home, sink: MemorySink, segments: readonly (readonly string[])[] = []) {
  const { log } = await openTestLog(home);
  for (const texts of segments) {
    for (const text of texts) await log.append({ ...batch(text), catalog: [block(`catalog of ${text}`)] });
    await log.seal();
  }
  const loader = openLoader({
    log,
    sink,
    attemptTimeoutMs: 1_000,
    onEvent: () => undefined,
    pause: () => Promise.resolve(),
  });
  await loader.close({ drainMs: 5_000 });
  await log.close();
}

function refuse(...poison: string[]): MemorySink['failure'] {
  return (texts) => (texts.some((text) => poison.includes(text)) ? { fault: REFUSED } : undefined);
}

const inLog = ({ directory }: Home) => readdirSync(directory).filter((name) => name !== 'log.json');
const inSetAside = ({ setAsideDirectory }: Home) => readdirSync(setAsideDirectory);

describe('putting back', () => {
  it('loads spans and catalogs that the engine has learnt to take, once, under their old tokens', async () => {
    const home = temporaryHome();
    const sink = new MemorySink();
    sink.failure = refuse('b', 'catalog of c');
    await run(home, sink, [['a', 'b', 'c']]);
    expect([sink.spans, sink.catalog]).toEqual([
      ['a', 'c'],
      ['catalog of a', 'catalog of b'],
    ]);
    const names = inSetAside(home).filter((name) => !name.endsWith('.json'));

    expect(await putBack(home)).toEqual(names.map((name) => ({ name, ...BACK })));
    expect(inSetAside(home)).toEqual([]);
    sink.failure = () => undefined;
    sink.attempts.length = 0;
    await run(home, sink);
    expect(sink.spans.sort()).toEqual(['a', 'b', 'c']);
    expect(sink.catalog.sort()).toEqual(['catalog of a', 'catalog of b', 'catalog of c']);
    const tokens = names.map((name) => name.slice(0, name.lastIndexOf('.'))).sort();
    expect(sink.attempts.sort((a, b) => (a.token < b.token ? -1 : 1))).toEqual(
      tokens.map((token) => ({ token, retry: true })),
    );
    expect(inLog(home)).toEqual([]);
  });

  it('loads nothing twice that had landed before it was refused', async () => {
    const home = temporaryHome();
    const sink = new MemorySink();
    sink.failure = (_, attempt) => (attempt === 1 ? { fault: AWAY, landed: true } : { fault: REFUSED });
    const { log } = await openTestLog(home);
    await log.append(batch('landed'));
    await log.close();
    await run(home, sink);
    expect(setAsideTexts(home.setAsideDirectory)).toEqual(['landed']);

    await putBack(home);
    sink.failure = () => undefined;
    await run(home, sink);
    expect(sink.spans).toEqual(['landed']);
  });

  it('sets aside again, under the same name, what is still refused', async () => {
    const home = temporaryHome();
    const sink = new MemorySink();
    sink.failure = refuse('b', 'catalog of b');
    await run(home, sink, [['a', 'b']]);
    const before = inSetAside(home);
    await putBack(home);
    expect(inSetAside(home)).toEqual([]);
    await run(home, sink);
    expect(inSetAside(home)).toEqual(before);
    expect(before).toHaveLength(4);
  });

  it('says that nothing is there', async () => {
    expect(await putBack(temporaryHome())).toEqual([]);
  });
});

describe('what stays set aside', () => {
  const name = `${LOG_ID}-000000000007-p3.spans`;
  const put = async (home: Home, fileName: string, bytes: Uint8Array) => {
    await openTestLog(home);
    writeFileSync(join(home.setAsideDirectory, fileName), bytes);
    writeFileSync(join(home.setAsideDirectory, `${fileName}.reason.json`), '{}');
  };
  const damaged = Buffer.from(block('text'));
  damaged[damaged.length - 1]! ^= 1;

  it.each<[string, string, Uint8Array, string]>([
    ['a damaged block', name, damaged, 'it is damaged: its bytes are not what was written'],
    [
      'a block with a torn one behind it',
      name,
      Buffer.concat([block('a'), block('b').subarray(0, -1)]),
      'damaged',
    ],
    ['an empty file', name, Buffer.alloc(0), 'damaged'],
    ['what recovery cut out', `${LOG_ID}-000000000007-at12.spans`, damaged, 'damaged'],
    ['a block of another log', name.replace(LOG_ID, '0'.repeat(16)), block('a'), 'it is not from the log in'],
    ['a file of a foreign name', 'mine.spans', block('a'), 'it is not from the log in'],
    ['a file of no place', `${LOG_ID}-mine.spans`, block('a'), 'does not say where in the log it stood'],
  ])('%s, with its reason', async (_what, fileName, bytes, obstacle) => {
    const home = temporaryHome();
    await put(home, fileName, bytes);
    expect(await putBack(home)).toEqual([
      { name: fileName, obstacle: expect.stringContaining(obstacle) as string },
    ]);
    expect(inSetAside(home)).toEqual([fileName, `${fileName}.reason.json`]);
    expect(readFileSync(join(home.setAsideDirectory, fileName))).toEqual(Buffer.from(bytes));
    expect(inLog(home)).toEqual([]);
  });

  it.each([['000000000007-p3.spans'], ['000000000007.spans'], ['000000000007-p6.spans']])(
    'a block whose place in the log is taken by %s',
    async (fileName) => {
      const home = temporaryHome();
      await put(home, name, block('aside'));
      writeFileSync(join(home.directory, fileName), block('in the log'));
      expect(await putBack(home)).toEqual([
        { name, obstacle: expect.stringContaining('the log has a file in its place') as string },
      ]);
      expect(textsIn(join(home.directory, fileName))).toEqual(['in the log']);
      expect(setAsideTexts(home.setAsideDirectory)).toEqual(['aside']);
    },
  );

  it('a file that the disk does not let go, with the disk’s reason; the others are put back', async () => {
    const home = temporaryHome();
    await put(home, name, block('a'));
    await put(home, name.replace('p3', 'p2'), block('b'));
    const disk = new FaultyDisk();
    disk.failure = (operation, path) => (operation === 'rename' && path.includes('p2') ? 'EIO' : undefined);
    expect(await putBack({ ...home, disk })).toEqual([
      { name: name.replace('p3', 'p2'), obstacle: expect.stringContaining('EIO') as string },
      { name, ...BACK },
    ]);
  });
});

it('crashed anywhere: every block is set aside or in the log, and loaded once in the end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: 25 }), { maxLength: 3 }), async (crashes) => {
      const home = temporaryHome();
      const sink = new MemorySink();
      const poison = ['b', 'catalog of b'];
      sink.failure = refuse(...poison);
      await run(home, sink, [['a', 'b', 'c']]);
      sink.failure = () => undefined;

      for (const lastOperation of crashes) {
        const disk = new FaultyDisk();
        let operations = 0;
        disk.failure = () => (operations++ >= lastOperation ? 'EIO' : undefined);
        await putBack({ ...home, disk }).catch(() => undefined);
        const files = [home.directory, home.setAsideDirectory].flatMap((directory) =>
          readdirSync(directory)
            .filter((name) => /\.(spans|catalog)$/.test(name))
            .flatMap((name) => textsIn(join(directory, name))),
        );
        expect(files.sort()).toEqual([...poison].sort());
        // Some crashes come before a start of the server, some after one that loads what is back.
        if (lastOperation % 2 === 0) continue;
        await run(home, sink);
        poison.splice(
          0,
          poison.length,
          ...poison.filter((text) => ![...sink.spans, ...sink.catalog].includes(text)),
        );
      }
      await putBack(home);
      await run(home, sink);
      expect(sink.spans.sort()).toEqual(['a', 'b', 'c']);
      expect(sink.catalog.sort()).toEqual(['catalog of a', 'catalog of b', 'catalog of c']);
      expect(inSetAside(home).filter((name) => !name.endsWith('.json'))).toEqual([]);
    }),
    { numRuns: 40 },
  );
});
