import { extname } from 'node:path';
import { Fault } from '../../../errors/fault.ts';

/** The UI's own configuration: a value, or code that defines `UIConfig()`. */
export type UiConfig =
  | { readonly kind: 'json'; readonly value: Readonly<Record<string, unknown>> }
  | { readonly kind: 'js'; readonly code: string };

export const UI_CONFIG_SETTING = 'SPANHOUSE_UI_CONFIG';
const DEFINES_CONFIG = /\bfunction\s+UIConfig\s*\(/;

/** The content of a file whose ending says what it holds. */
export function parseUiConfig(path: string, text: string): UiConfig {
  const ending = extname(path).toLowerCase();
  if (ending === '.json') return { kind: 'json', value: parseObject(path, text) };
  if (ending !== '.js') throw refusal(path, 'must be a file that ends in .json or .js');
  if (!DEFINES_CONFIG.test(text)) throw refusal(path, 'does not define function UIConfig()');
  return { kind: 'js', code: text };
}

function parseObject(path: string, text: string): Readonly<Record<string, unknown>> {
  const value = parseJson(path, text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw refusal(path, 'must hold one JSON object');
  }
  return value as Readonly<Record<string, unknown>>;
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw refusal(path, `is not JSON: ${reason}`, cause);
  }
}

function refusal(path: string, reason: string, cause?: unknown): Fault {
  return new Fault('failed-precondition', `${UI_CONFIG_SETTING} is ${JSON.stringify(path)}, but ${reason}`, {
    setting: UI_CONFIG_SETTING,
    ...(cause === undefined ? {} : { cause }),
  });
}
