import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../../scripts/ui.mjs', import.meta.url));
const INDEX = '<!doctype html><script>const JAEGER_VERSION = DEFAULT_VERSION;</script>';

interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

/** What the make-believe release has; undefined is not there. */
interface Release {
  archive: Buffer;
  digest: string | null | undefined;
  apiStatus: number;
}

let folder: string;
let server: Server;
let url: string;
let release: Release;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'spanhouse-fetch-ui-'));
  const archive = packBuild();
  release = { archive, digest: digestOf(archive), apiStatus: 200 };
  server = createServer((request, response) => {
    if (request.url === '/api/tags/v2.20.0') {
      response.statusCode = release.apiStatus;
      response.end(
        JSON.stringify({ assets: [{ name: 'other' }, { name: 'assets.tar.gz', digest: release.digest }] }),
      );
    } else if (request.url === '/downloads/v2.20.0/assets.tar.gz')
      response.writeHead(302, { location: '/stored' }).end();
    else if (request.url === '/stored') response.end(release.archive);
    else response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** Runs the script against the make-believe release. */
async function fetchUi(...args: string[]): Promise<Outcome> {
  return run('--api', `${url}/api`, '--downloads', `${url}/downloads`, ...args);
}

async function run(...args: string[]): Promise<Outcome> {
  const places = ['--into', join(folder, 'ui'), '--digests', join(folder, 'digests.json')];
  const child = spawn(process.execPath, [SCRIPT, ...places, ...args], { cwd: folder });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

/** As a release has it, by the system's own tar. */
function packBuild(format = 'ustar'): Buffer {
  const build = join(folder, 'source', 'packages', 'jaeger-ui', 'build');
  mkdirSync(join(build, 'static'), { recursive: true });
  writeFileSync(join(build, 'index.html'), INDEX);
  writeFileSync(join(build, 'static', 'index-DOh6bBg3.js'), 'x'.repeat(100_000));
  writeFileSync(join(build, 'static', `${'long-'.repeat(18)}.js`), 'long');
  writeFileSync(join(folder, 'source', 'README.md'), 'not of the build');
  const { stdout, status } = spawnSync('tar', [
    '-c',
    '-z',
    `--format=${format}`,
    '-C',
    join(folder, 'source'),
    '.',
  ]);
  expect(status).toBe(0);
  return stdout;
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function unpacked(): string[] {
  return existsSync(join(folder, 'ui')) ? readdirSync(join(folder, 'ui')).sort() : [];
}

function leftovers(): string[] {
  return readdirSync(folder).filter((name) => name.startsWith('ui.new'));
}

describe('a release', () => {
  test.each(['ustar', 'gnu', 'pax'])('is fetched, checked and unpacked (%s)', async (format) => {
    release.archive = format === 'ustar' ? release.archive : packBuild(format);
    release.digest = digestOf(release.archive);
    const { code, output } = await fetchUi();
    expect([code, output]).toEqual([0, expect.stringContaining('SPANHOUSE_UI_DIR=ui npm start')]);
    expect(unpacked()).toEqual(['.release.json', 'index.html', 'static']);
    expect(readFileSync(join(folder, 'ui', 'index.html'), 'utf8')).toBe(INDEX);
    expect(readdirSync(join(folder, 'ui', 'static')).sort()).toEqual([
      'index-DOh6bBg3.js',
      `${'long-'.repeat(18)}.js`,
    ]);
    expect(readFileSync(join(folder, 'ui', 'static', 'index-DOh6bBg3.js'), 'utf8')).toBe('x'.repeat(100_000));
    expect(JSON.parse(readFileSync(join(folder, 'digests.json'), 'utf8'))).toEqual({
      '2.20.0': release.digest,
    });
    expect(leftovers()).toEqual([]);
  });

  test('is fetched again over what this command has made, and over nothing else', async () => {
    expect((await fetchUi()).code).toBe(0);
    writeFileSync(join(folder, 'ui', 'old.txt'), 'old');
    expect((await fetchUi()).code).toBe(0);
    expect(unpacked()).not.toContain('old.txt');

    rmSync(join(folder, 'ui', '.release.json'));
    const { code, output } = await fetchUi();
    expect([code, output]).toEqual([1, expect.stringContaining('was not made by this command')]);
  });

  test('whose digest is another one is not unpacked', async () => {
    release.digest = digestOf(Buffer.from('something else'));
    const { code, output } = await fetchUi();
    expect([code, output]).toEqual([
      1,
      expect.stringContaining(`but the release publishes ${release.digest}`),
    ]);
    expect([unpacked(), existsSync(join(folder, 'digests.json'))]).toEqual([[], false]);
  });

  test('that has changed since it was first fetched is not fetched', async () => {
    expect((await fetchUi()).code).toBe(0);
    release.archive = Buffer.concat([release.archive, gzipSync('')]);
    release.digest = digestOf(release.archive);
    const { code, output } = await fetchUi();
    expect([code, output]).toEqual([1, expect.stringContaining('digests.json remembers sha256:')]);
    expect(output).toContain('Nothing was fetched');
  });

  test('that publishes no digest needs one', async () => {
    release.digest = null;
    const { code, output } = await fetchUi();
    expect([code, output]).toEqual([
      1,
      expect.stringContaining('Nothing says what the digest of release 2.20.0 must be'),
    ]);
    expect((await fetchUi('--digest', digestOf(release.archive))).code).toBe(0);
    // From now on it is remembered.
    expect((await fetchUi()).code).toBe(0);
  });

  test('once fetched can be fetched again while the API has had enough of us', async () => {
    expect((await fetchUi()).code).toBe(0);
    release.apiStatus = 403;
    expect((await fetchUi()).code).toBe(0);
    rmSync(join(folder, 'digests.json'));
    const { code, output } = await fetchUi();
    expect([code, output]).toEqual([1, expect.stringMatching(/answers 403\.\nBy hand/)]);
  });

  test('that does not exist is said not to', async () => {
    const { code, output } = await fetchUi('9.9.9');
    expect([code, output]).toEqual([1, expect.stringContaining('answers 404: there is no such release')]);
  });
});

describe('by hand', () => {
  test('where nothing can be reached, it says what to do', async () => {
    server.close();
    const { code, output } = await fetchUi();
    expect([code, output]).toEqual([1, expect.stringContaining('cannot be reached: ')]);
    expect(output).toContain(
      'download https://github.com/jaegertracing/jaeger-ui/releases/download/v2.20.0/assets.tar.gz',
    );
    expect(output).toContain('npm run ui -- 2.20.0 --archive assets.tar.gz --digest sha256:');
  });

  test('an archive is taken with its digest, and not without one', async () => {
    server.close();
    const archive = join(folder, 'assets.tar.gz');
    writeFileSync(archive, release.archive);
    const without = await run('--archive', archive);
    expect([without.code, without.output]).toEqual([
      1,
      expect.stringContaining('Nothing says what the digest'),
    ]);
    expect(await run('v2.20.0', '--archive', archive, '--digest', digestOf(release.archive))).toMatchObject({
      code: 0,
    });
    expect(unpacked()).toContain('index.html');
  });

  test.each([
    [['2.x'], '"2.x" is no version such as 2.20.0'],
    [['--digest', 'abc'], '--digest is "abc", but must be sha256: and 64 hexadecimal digits'],
    [['--archive', '/nowhere', '--digest', `sha256:${'0'.repeat(64)}`], 'The archive cannot be read'],
    [['--colour'], "Unknown option '--colour'"],
  ])('%j is refused', async (args, want) => {
    const { code, output } = await run(...args);
    expect([code, output]).toEqual([1, expect.stringContaining(want)]);
    expect(output).not.toContain('    at ');
  });
});

/** An entry as nobody's tar would write it. */
interface Entry {
  readonly path: string;
  readonly type?: string;
  readonly content?: string;
  readonly size?: number;
}

function tarOf(...entries: readonly Entry[]): Buffer {
  const blocks = entries.map(({ path, type = '0', content = '', size = content.length }) => {
    const header = Buffer.alloc(512);
    header.write(path, 0, 100);
    header.write('0000644\0', 100);
    header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
    header.write('        ', 148);
    header.write(type, 156);
    header.write('ustar\x0000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return Buffer.concat([header, Buffer.from(content), Buffer.alloc((512 - (content.length % 512)) % 512)]);
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

describe('an archive that', () => {
  const index = { path: 'build/index.html', content: INDEX };

  test('is as it should be, but made by hand, is taken', async () => {
    release.archive = gzipSync(tarOf({ path: './', type: '5' }, { path: './build/', type: '5' }, index));
    release.digest = digestOf(release.archive);
    expect((await fetchUi()).code).toBe(0);
  });

  test.each<[string, Entry[], string]>([
    ['climbs', [index, { path: '../escaped.txt' }], '"../escaped.txt", which could be written outside'],
    ['climbs inside', [index, { path: 'build/../../escaped.txt' }], 'which could be written outside'],
    ['is rooted', [index, { path: '/tmp/escaped.txt' }], 'which could be written outside'],
    [
      'climbs with backslashes',
      [index, { path: 'build\\..\\escaped.txt' }],
      'which could be written outside',
    ],
    ['names a drive', [index, { path: 'c:escaped.txt' }], 'which could be written outside'],
    [
      'climbs by an extended header',
      [index, { path: 'x', type: 'x', content: '23 path=../escaped.txt\n' }, { path: 'build/a' }],
      'which could be written outside',
    ],
    [
      'climbs by a long name',
      [index, { path: 'x', type: 'L', content: '../escaped.txt\0' }, { path: 'build/a' }],
      'which could be written outside',
    ],
    ['links', [index, { path: 'build/link', type: '2' }], 'neither a file nor a folder'],
    ['links hard', [index, { path: 'build/link', type: '1' }], 'neither a file nor a folder'],
    ['has a device', [index, { path: 'build/null', type: '3' }], 'neither a file nor a folder'],
    ['has a file twice', [index, index], 'twice'],
    ['claims more than it has', [{ ...index, size: 1e9 }], 'ends in the middle of a file'],
    [
      'has a damaged extended header',
      [index, { path: 'x', type: 'x', content: 'path=a\n' }],
      'damaged extended header',
    ],
    ['has no UI', [{ path: 'build/index.html', content: '<!doctype html>' }], 'holds no Jaeger UI'],
    ['has no index', [{ path: 'build/main.js' }], 'holds no Jaeger UI'],
    [
      'has very many files',
      Array.from({ length: 10_001 }, (_, number) => ({ path: `build/${number}` })),
      'more than 10000 entries',
    ],
  ])('%s is refused, and nothing is written', async (_name, entries, want) => {
    release.archive = gzipSync(tarOf(...entries));
    release.digest = digestOf(release.archive);
    const { code, output } = await fetchUi();
    expect([code, output]).toEqual([1, expect.stringContaining(want)]);
    expect(output).not.toContain('    at ');
    expect([unpacked(), leftovers(), existsSync(join(folder, 'escaped.txt'))]).toEqual([[], [], false]);
    expect(existsSync(join(folder, 'digests.json'))).toBe(false);
  });

  test.each([
    ['is not packed', Buffer.from('not gzip'), 'cannot be unpacked'],
    ['is cut off', packCut(), 'cannot be unpacked'],
    ['is no tar', gzipSync(Buffer.alloc(2048, 'a')), 'no tar archive, or damaged'],
    ['unpacks to too much', gzipSync(Buffer.alloc(257 * 2 ** 20)), 'unpacks to more than'],
    ['is too large itself', Buffer.alloc(65 * 2 ** 20), 'sends more than'],
  ])('%s is refused', async (_name, archive, want) => {
    release.archive = archive;
    release.digest = digestOf(archive);
    const { code, output } = await fetchUi();
    expect([code, output]).toEqual([1, expect.stringContaining(want)]);
    expect(unpacked()).toEqual([]);
  });
});

function packCut(): Buffer {
  const whole = gzipSync(tarOf({ path: 'build/index.html', content: INDEX }));
  return whole.subarray(0, whole.length / 2);
}
