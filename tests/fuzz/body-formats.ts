import { mutateJsonTree } from './json-tree.ts';
import { mutateLineList } from './line-list.ts';
import type { BodyFormat } from './mutate.ts';
import { mutateProtobufTree } from './protobuf-tree.ts';
import { BINARY, COMPACT } from './thrift-packings.ts';
import { type ThriftRoot, thriftTree } from './thrift-tree.ts';

export const PROTOBUF: BodyFormat = {
  pieces: hexes([
    '0a00', '1200', '0a80', '80', 'ffffffffffffffffff01', 'ffffffffffffffffff01', '0affffffff0f', '0b', '0c', '0e', '0f',
    '0b0c', '0000', '4a080a016b12031a0100', '2a0c0a0a2a080a062a040a022a00', '420a0a00', '39ffffffffffffffff', 'f8ffffff7f00',
    '5a0012', '5a060a01611201', '52090900000000', '3200', '3a0b08ffffffffffffffffff01', '6200', '5200', '4a0212', '22020a00',
  ]),
  mutateTree: mutateProtobufTree,
}; // prettier-ignore

const JSON_PIECES = [
  '{}', '[]', '{', '[', '}', ']', '"', '\\', ',', ':', 'null', 'true', '-', '1e400', '-0', '"\\u0000"', '"\\ud800"', '\\ud83d\\ude00',
  '99999999999999999999', '{"a":[{"b":null}]}', '"name":"x",', '\u00a0', '\u0000', '\ufeff',
]; // prettier-ignore

export const OTLP_JSON: BodyFormat = {
  pieces: texts([...JSON_PIECES, '"spans":[{}],', '"scopeSpans":[null],', '"kind":-1,']),
  mutateTree: mutateJsonTree,
};

export const ZIPKIN_JSON: BodyFormat = {
  pieces: texts([
    ...JSON_PIECES, '"tags":{"a":1},', '"tags":null,', '"annotations":[{}],', '"timestamp":"1.0005",', '"localEndpoint":{"port":"80"},',
    '"binaryAnnotations":[{"key":"sa","value":true}],', '{"value":"cs"},', '|{"a":', '}|3', '"id":"1",', '"traceId":"f",',
  ]),
  mutateTree: mutateJsonTree,
}; // prettier-ignore

export const THRIFT_JSON: BodyFormat = {
  pieces: texts([
    ...JSON_PIECES, '"1":{"i64":1},', '"10":{"lst":["rec",1,{}]},', '["rec",0]', '["rec",2147483647', '{"tf":1}', '"99999999999":{"map":["str","i32",0,{}]},',
    '"2":{"dbl":"NaN"},', ',{}', '{"1":',
  ]),
  mutateTree: mutateJsonTree,
}; // prettier-ignore

export function thriftBinary(root: ThriftRoot): BodyFormat {
  const pieces = [
    '00', '0c0001', '0f00020c', '0f00020c7fffffff', '0f00020cffffffff', '7fffffff', 'ffffffff', '0b0001', '020005', '0d00010b0c00000001', '0e0001',
    '0a0001', '00000000', '0c', '0f0001', '80010004', '0f', '0fff', '10',
  ]; // prettier-ignore
  return { pieces: hexes(pieces), mutateTree: thriftTree(BINARY, root) };
}

export function thriftCompact(root: ThriftRoot): BodyFormat {
  const pieces = [
    '00', '1c', '1c00', '19fc', '19fcffffffff07', 'fcffffffff0f', '8080808080808080808001', 'ffffffffffffffffff01', '18', '11', '12', '1b', '1b018c', '1a', '16',
    '0cff7f', '01ffff03', '8281', '8221', 'f0', '1d', '0e', '0f',
  ]; // prettier-ignore
  return { pieces: hexes(pieces), mutateTree: thriftTree(COMPACT, root) };
}

export const LINES: BodyFormat = {
  pieces: texts([
    '\\', '"', '\\"', '\\\\', ' ', ',', '=', '\n', '\r\n', '#', 'i', 'u', '-', 'spans,', 'logs ', 'span-links,a=b ', 'a="', '",', ' 1', '\u0000',
    'attributes="{', '\\"a\\":', '[', '}"', '{\\"a\\":{', 'x=1i', 'x=1u,', '\n\n', '99999999999999999999',
  ]),
  mutateTree: mutateLineList,
}; // prettier-ignore

function hexes(pieces: readonly string[]): readonly Buffer[] {
  return pieces.map((piece) => Buffer.from(piece, 'hex'));
}

function texts(pieces: readonly string[]): readonly Buffer[] {
  return pieces.map((piece) => Buffer.from(piece));
}
