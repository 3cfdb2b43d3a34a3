import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

const ENTRY = fileURLToPath(new URL('../browser/host-page.tsx', import.meta.url));
/** So that a page that cannot be shown is told from one that is slow. */
const ASSETS = {
  '.svg': 'dataurl',
  '.png': 'dataurl',
  '.ttf': 'dataurl',
  '.woff': 'dataurl',
  '.woff2': 'dataurl',
} as const;

export interface BuiltPage {
  readonly script: Uint8Array;
  readonly style: Uint8Array;
}

/** Grafana's own libraries and the page around them, in one file: some seconds of work. */
export async function buildPage(): Promise<BuiltPage> {
  const { outputFiles } = await build({
    entryPoints: [ENTRY],
    outdir: 'page',
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    jsx: 'transform',
    loader: ASSETS,
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
  });
  const fileOf = (extension: string): Uint8Array =>
    outputFiles.find(({ path }) => path.endsWith(extension))?.contents ?? new Uint8Array();
  return { script: fileOf('.js'), style: fileOf('.css') };
}
