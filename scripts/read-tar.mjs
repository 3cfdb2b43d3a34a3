/** What an archive must not be; said to whoever fetched it, without a stack. */
export class Refusal extends Error {}

/** Far above every release so far, far below what would hurt. */
const MAX_ENTRIES = 10_000;
const MAX_PATH = 255;
const BLOCK = 512;

const REGULAR = new Set(['0', '\0', '7']);
const DIRECTORY = '5';
/** Fields of the next entry that do not fit its header: POSIX's way, and GNU's for names. */
const PAX = 'x';
const PAX_GLOBAL = 'g';
const GNU_NAME = 'L';

/**
 * The regular files of a tar archive. Everything that could write outside the folder it is unpacked into is refused:
 * paths that leave it, links, devices.
 */
export function readTar(bytes) {
  const files = new Map();
  let entries = 0;
  let overrides = {};
  for (let at = 0; at + BLOCK <= bytes.length && !isZero(bytes.subarray(at, at + BLOCK));) {
    if (++entries > MAX_ENTRIES) throw new Refusal(`the archive has more than ${MAX_ENTRIES} entries`);
    const header = readHeader(bytes.subarray(at, at + BLOCK));
    const size = overrides.size ?? header.size;
    const from = at + BLOCK;
    if (from + size > bytes.length) throw new Refusal('the archive ends in the middle of a file');
    const content = bytes.subarray(from, from + size);
    at = from + Math.ceil(size / BLOCK) * BLOCK;
    if (header.type === PAX) overrides = { ...overrides, ...readPax(content) };
    else if (header.type === GNU_NAME) overrides = { ...overrides, path: textOf(content) };
    else if (header.type !== PAX_GLOBAL) {
      const path = checkPath(overrides.path ?? header.path, header.type);
      overrides = {};
      if (header.type === DIRECTORY) continue;
      if (files.has(path)) throw new Refusal(`the archive has ${JSON.stringify(path)} twice`);
      files.set(path, content);
    }
  }
  return files;
}

function readHeader(block) {
  const sum = block.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0);
  if (readNumber(block.subarray(148, 156)) !== sum)
    throw new Refusal('the archive is no tar archive, or damaged');
  const name = textOf(block.subarray(0, 100));
  const isPosix = textOf(block.subarray(257, 263)) === 'ustar';
  const prefix = isPosix ? textOf(block.subarray(345, 500)) : '';
  return {
    path: prefix === '' ? name : `${prefix}/${name}`,
    size: readNumber(block.subarray(124, 136)),
    type: String.fromCharCode(block[156]),
  };
}

/** Octal. Sizes that need another form are beyond every limit here. */
function readNumber(field) {
  const text = textOf(field).trim();
  if (!/^[0-7]+$/.test(text)) throw new Refusal('the archive is no tar archive, or damaged');
  return parseInt(text, 8);
}

/** Records of `length key=value`, each with a line break. */
function readPax(content) {
  const fields = {};
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(0x20, at);
    const length = Number(content.toString('latin1', at, Math.max(space, at)));
    if (!(length > 0)) throw new Refusal('the archive has a damaged extended header');
    const record = content.toString('utf8', space + 1, at + length - 1);
    const equals = record.indexOf('=');
    fields[record.slice(0, equals)] = record.slice(equals + 1);
    at += length;
  }
  return {
    ...(fields.path === undefined ? {} : { path: fields.path }),
    ...(fields.size === undefined ? {} : { size: paxSize(fields.size) }),
  };
}

function paxSize(text) {
  if (!/^\d{1,12}$/.test(text)) throw new Refusal('the archive has a damaged extended header');
  return Number(text);
}

/** The path in one spelling, with slashes, under the folder it is unpacked into. */
function checkPath(path, type) {
  const shown = JSON.stringify(path.slice(0, MAX_PATH));
  if (!REGULAR.has(type) && type !== DIRECTORY) {
    throw new Refusal(`the archive has ${shown}, which is neither a file nor a folder`);
  }
  const parts = path
    .replace(/^(?:\.\/)+/, '')
    .replace(/\/$/, '')
    .split('/');
  const isRoot = type === DIRECTORY && path.replace(/\/$/, '') === '.';
  const leaves = parts.some((part) => part === '' || part === '.' || part === '..');
  if ((leaves && !isRoot) || /[\\\0:]/.test(path) || path.length > MAX_PATH) {
    throw new Refusal(`the archive has ${shown}, which could be written outside its folder`);
  }
  return parts.join('/');
}

function isZero(block) {
  return block.every((byte) => byte === 0);
}

function textOf(field) {
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? field.length : end);
}
