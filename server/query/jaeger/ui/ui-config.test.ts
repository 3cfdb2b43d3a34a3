import { expect, test } from 'vitest';
import { parseUiConfig } from './ui-config.ts';

test.each([
  ['ui.json', '{"archiveEnabled":true}', { kind: 'json', value: { archiveEnabled: true } }],
  ['ui.JSON', '\uFEFF{}', { kind: 'json', value: {} }],
  ['ui.js', 'function UIConfig() {}', { kind: 'js', code: 'function UIConfig() {}' }],
  ['ui.js', 'function UIConfig () {}', { kind: 'js', code: 'function UIConfig () {}' }],
])('%s: %s', (path, text, want) => {
  expect(parseUiConfig(path, text)).toEqual(want);
});

test.each([
  ['ui.yaml', 'a: b', 'SPANHOUSE_UI_CONFIG is "ui.yaml", but must be a file that ends in .json or .js'],
  ['ui.json', '[]', 'SPANHOUSE_UI_CONFIG is "ui.json", but must hold one JSON object'],
  ['ui.json', 'null', 'SPANHOUSE_UI_CONFIG is "ui.json", but must hold one JSON object'],
  ['ui.json', '{', 'SPANHOUSE_UI_CONFIG is "ui.json", but is not JSON: '],
  ['ui.js', 'const UIConfig = {}', 'SPANHOUSE_UI_CONFIG is "ui.js", but does not define function UIConfig()'],
])('%s with %s is refused', (path, text, want) => {
  expect(() => parseUiConfig(path, text)).toThrow(want);
});
