import type { UiConfig } from './ui-config.ts';

/** What this server can do of what the UI asks about, under the names of the UI. */
export interface UiCapabilities {
  readonly archiveStorage: boolean;
  readonly metricsStorage: boolean;
  readonly searchWithoutServiceName: boolean;
  readonly aiAssistant: boolean;
}

export interface IndexFacts {
  /** Where the UI begins, as a relative reference from the page that is asked for. */
  readonly base: string;
  readonly config: UiConfig | undefined;
  readonly capabilities: UiCapabilities;
  /** Of Spanhouse; shown in the UI's menu "About". */
  readonly version: string;
}

/** Releases differ in the spaces around the sign, never in the names. */
const MARKERS = {
  config: /JAEGER_CONFIG\s*=\s*DEFAULT_CONFIG;/,
  /** The line after it belongs to it. */
  configCode: /^[^\S\n]*\/\/[^\S\n]*JAEGER_CONFIG_JS.*\n.*/m,
  version: /JAEGER_VERSION\s*=\s*DEFAULT_VERSION;/,
  /** Since 2.20. */
  capabilities: /JAEGER_BACKEND_CAPABILITIES\s*=\s*DEFAULT_BACKEND_CAPABILITIES;/,
  /** Until 2.19; 2.20 has it too, for older servers. */
  storageCapabilities: /JAEGER_STORAGE_CAPABILITIES\s*=\s*DEFAULT_STORAGE_CAPABILITIES;/,
  /** Until 2.17. */
  base: /<base\s+href="\/"/,
  head: /<head(?:\s[^>]*)?>/i,
} as const;

/** Whether a page is the UI's, of any release whose markers are known. */
export function isJaegerIndex(page: string): boolean {
  return MARKERS.version.test(page);
}

/** The UI's page with what it has to know of its server put where its markers are. */
export function presentIndex(page: string, facts: IndexFacts): string {
  const { archiveStorage, metricsStorage } = facts.capabilities;
  const version = { gitCommit: '', gitVersion: `API of Spanhouse ${facts.version}`, buildDate: '' };
  const replacements: readonly (readonly [RegExp, string])[] = [
    ...configReplacement(facts.config),
    [MARKERS.version, `JAEGER_VERSION = ${scriptJson(version)};`],
    [MARKERS.capabilities, `JAEGER_BACKEND_CAPABILITIES = ${scriptJson(facts.capabilities)};`],
    [
      MARKERS.storageCapabilities,
      `JAEGER_STORAGE_CAPABILITIES = ${scriptJson({ archiveStorage, metricsStorage })};`,
    ],
  ];
  const injected = replacements.reduce(
    // As a function: in a string, a dollar sign of the config would mean something.
    (text, [marker, replacement]) => text.replace(marker, () => replacement),
    page,
  );
  return withBase(injected, facts.base);
}

function configReplacement(config: UiConfig | undefined): readonly (readonly [RegExp, string])[] {
  if (config === undefined) return [];
  if (config.kind === 'json') {
    return [[MARKERS.config, `JAEGER_CONFIG = ${scriptJson(config.value)};`]];
  }
  return [[MARKERS.configCode, withoutScriptEnd(config.code)]];
}

/**
 * Releases after 2.17 guess their base from the location by looking for the paths they know, and would be wrong for a
 * tenant named `search`. The first `<base>` of a page counts, so ours goes before theirs.
 */
function withBase(page: string, base: string): string {
  const href = `<base href="${base}"`;
  if (MARKERS.base.test(page)) return page.replace(MARKERS.base, () => href);
  return page.replace(MARKERS.head, (head) => `${head}${href} data-inject-target="BASE_URL" />`);
}

/** JSON that can stand in a script of a page: nothing in it ends the script, or a line of it. */
function scriptJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

/** Inside strings and regular expressions of JavaScript the backslash changes nothing. */
function withoutScriptEnd(code: string): string {
  return code.replace(/<\/(script)/gi, '<\\/$1');
}
