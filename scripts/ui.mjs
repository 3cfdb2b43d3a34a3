import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, posix, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { readTar, Refusal } from './read-tar.mjs';

const NEWEST = '2.20.0';
const HELP = `Fetches a released Jaeger UI, checks it and unpacks it, for SPANHOUSE_UI_DIR.

  npm run ui -- [${NEWEST}] [--into ./ui] [--archive FILE] [--digest sha256:HEX]

  --into       the folder for it; one that this command has made is replaced
  --archive    an archive fetched by hand, instead of one from the network
  --digest     what the archive's digest must be, where the release's own cannot be asked for
  --digests    the file that remembers digests: a release once fetched must stay the same
  --api        where a mirror answers as GitHub's API of the releases does
  --downloads  where a mirror has the archives
`;

const ROOT = join(import.meta.dirname, '..');
const RELEASES = 'https://github.com/jaegertracing/jaeger-ui/releases';
const ASSET = 'assets.tar.gz';
/** Left in the folder: what it was made of, and by whom. */
const STAMP = '.release.json';

const DIGEST = /^sha256:[0-9a-f]{64}$/;
/** Releases so far have 5 MB, and 15 MB unpacked. */
const MAX_ARCHIVE_BYTES = 64 * 2 ** 20;
const MAX_UNPACKED_BYTES = 256 * 2 ** 20;
const MAX_ANSWER_BYTES = 4 * 2 ** 20;
const ANSWER_TIMEOUT_MS = 20_000;
const ARCHIVE_TIMEOUT_MS = 300_000;

try {
  const options = readOptions();
  if (options === undefined) console.log(HELP);
  else await install(options);
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

/** Undefined when help was asked for. */
function readOptions() {
  const { values, positionals } = parse();
  if (values.help) return undefined;
  const version = (positionals[0] ?? NEWEST).replace(/^v/, '');
  if (positionals.length > 1 || !/^\d+\.\d+\.\d+$/.test(version)) {
    throw new Refusal(`${JSON.stringify(positionals.join(' '))} is no version such as ${NEWEST}`);
  }
  if (values.digest !== undefined && !DIGEST.test(values.digest)) {
    throw new Refusal(
      `--digest is ${JSON.stringify(values.digest)}, but must be sha256: and 64 hexadecimal digits`,
    );
  }
  return { ...values, version, into: resolve(values.into) };
}

function parse() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        into: { type: 'string', default: join(ROOT, 'ui') },
        archive: { type: 'string' },
        digest: { type: 'string' },
        digests: { type: 'string', default: join(ROOT, 'scripts', 'ui-digests.json') },
        api: { type: 'string', default: 'https://api.github.com/repos/jaegertracing/jaeger-ui/releases' },
        downloads: { type: 'string', default: `${RELEASES}/download` },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new Refusal(`${error.message}\n\n${HELP}`);
  }
}

async function install(options) {
  requireOurs(options.into);
  const expected = await expectedDigest(options);
  const archive = await readArchive(options);
  const digest = `sha256:${createHash('sha256').update(archive).digest('hex')}`;
  if (digest !== expected.digest) {
    throw new Refusal(
      `The archive's digest is ${digest}, but ${expected.by} ${expected.digest}. Nothing was unpacked.`,
    );
  }
  const files = findUi(unpack(archive));
  remember(options, digest);
  write(options, files, digest);
  const shown = relative(process.cwd(), options.into) || '.';
  console.log(
    `Jaeger UI ${options.version} is in ${shown} (${digest}).\nStart with it:\n  SPANHOUSE_UI_DIR=${shown} npm start`,
  );
}

/** A folder that holds anything else is not ours to replace. */
function requireOurs(into) {
  if (!existsSync(into)) return;
  const isOurs =
    statSync(into).isDirectory() && (readdirSync(into).length === 0 || existsSync(join(into, STAMP)));
  if (!isOurs)
    throw new Refusal(`${into} is there already and was not made by this command: name another by --into`);
}

/** What every source that knows the digest agrees on. */
async function expectedDigest(options) {
  const { version, digests } = options;
  const pinned = [
    { digest: options.digest, by: '--digest says' },
    { digest: readDigests(digests)[version], by: `${relative(process.cwd(), digests)} remembers` },
  ].filter(({ digest }) => digest !== undefined);
  const published = await publishedDigest(options).catch((error) => {
    // GitHub's API has a limit for callers without a name; what is pinned is worth as much.
    if (pinned.length === 0) throw error;
    return undefined;
  });
  const known =
    published === undefined ? pinned : [...pinned, { digest: published, by: 'the release publishes' }];
  const [first, ...others] = known;
  if (first === undefined) {
    throw new Refusal(`Nothing says what the digest of release ${version} must be. ${byHand(options)}`);
  }
  const other = others.find(({ digest }) => digest !== first.digest);
  if (other === undefined) return first;
  throw new Refusal(
    `For release ${version}, ${first.by} ${first.digest}, but ${other.by} ${other.digest}. Nothing was fetched: find out why they differ.`,
  );
}

/** Of the release's asset; undefined where nobody is to be asked, or the release is older than such digests. */
async function publishedDigest(options) {
  if (options.archive !== undefined) return undefined;
  const url = `${options.api}/tags/v${options.version}`;
  const text = (await download(url, MAX_ANSWER_BYTES, ANSWER_TIMEOUT_MS, options)).toString('utf8');
  const assets = assetsOf(text);
  if (assets === undefined)
    throw new Refusal(`${url} does not answer as GitHub's API does. ${byHand(options)}`);
  const asset = assets.find(({ name }) => name === ASSET);
  if (asset === undefined) throw new Refusal(`Release ${options.version} has no ${ASSET}.`);
  return DIGEST.test(asset.digest) ? asset.digest : undefined;
}

function assetsOf(text) {
  try {
    const { assets } = JSON.parse(text);
    return Array.isArray(assets) ? assets : undefined;
  } catch {
    return undefined;
  }
}

async function readArchive(options) {
  if (options.archive === undefined) {
    return download(archiveUrl(options), MAX_ARCHIVE_BYTES, ARCHIVE_TIMEOUT_MS, options);
  }
  try {
    return readFileSync(options.archive);
  } catch (error) {
    throw new Refusal(`The archive cannot be read: ${error.message}`);
  }
}

function archiveUrl({ downloads, version }) {
  return `${downloads}/v${version}/${ASSET}`;
}

async function download(url, maxBytes, timeoutMs, options) {
  let response;
  try {
    response = await fetch(url, {
      signal: AbortSignal.timeout(timeoutMs),
      headers: { 'user-agent': 'spanhouse' },
    });
    if (response.ok) return await readBody(response, maxBytes, url);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const reason = error.cause?.message ?? error.message;
    throw new Refusal(`${url} cannot be reached: ${reason}.\n${byHand(options)}`);
  }
  await response.body?.cancel();
  const hint = response.status === 404 ? ': there is no such release' : '';
  throw new Refusal(`${url} answers ${response.status}${hint}.\n${byHand(options)}`);
}

async function readBody(response, maxBytes, url) {
  const chunks = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > maxBytes) throw new Refusal(`${url} sends more than ${maxBytes} bytes. Nothing was unpacked.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function byHand({ version }) {
  return `By hand, where the network can be reached:
  1. download ${RELEASES}/download/v${version}/${ASSET}
  2. copy its sha256 digest from ${RELEASES}/tag/v${version}, where it stands beside the file
  3. npm run ui -- ${version} --archive ${ASSET} --digest sha256:…`;
}

function unpack(archive) {
  let bytes;
  try {
    bytes = gunzipSync(archive, { maxOutputLength: MAX_UNPACKED_BYTES });
  } catch (error) {
    if (error.code === 'ERR_BUFFER_TOO_LARGE') {
      throw new Refusal(
        `The archive unpacks to more than ${MAX_UNPACKED_BYTES} bytes. Nothing was unpacked.`,
      );
    }
    throw new Refusal(`The archive cannot be unpacked: ${error.message}.`);
  }
  return readTar(bytes);
}

/** The files of the folder that has the index, wherever in the archive it lies; paths are from there. */
function findUi(files) {
  const [index] = [...files.keys()]
    .filter((path) => posix.basename(path) === 'index.html')
    .sort((a, b) => a.length - b.length);
  if (index === undefined || !files.get(index).includes('JAEGER_VERSION')) {
    throw new Refusal('The archive holds no Jaeger UI: there is no index.html of it.');
  }
  const folder = index.slice(0, -'index.html'.length);
  return [...files]
    .filter(([path]) => path.startsWith(folder))
    .map(([path, content]) => [path.slice(folder.length), content]);
}

/** Beside its place first, so that the place never holds half of it. */
function write({ into, version }, files, digest) {
  const fresh = `${into}.new-${process.pid}`;
  try {
    for (const [path, content] of files) {
      const file = join(fresh, ...path.split('/'));
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content, { flag: 'wx' });
    }
    writeFileSync(join(fresh, STAMP), present({ version, digest }));
    rmSync(into, { recursive: true, force: true });
    renameSync(fresh, into);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function readDigests(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
}

function remember({ digests, version }, digest) {
  const known = readDigests(digests);
  if (known[version] === digest) return;
  const all = Object.entries({ ...known, [version]: digest }).sort(([a], [b]) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );
  writeFileSync(digests, present(Object.fromEntries(all)));
}

function present(value) {
  return `${JSON.stringify(value, null, 2)}\n`;
}
