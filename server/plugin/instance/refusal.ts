import { UpstreamError, type UpstreamErrorKind } from './upstream.ts';

const MAX_SHOWN_CHARACTERS = 500;
const HIDDEN = '********';

/** What a status of 400 or more says, with the server's own words where it has any, but without `secrets`. */
export function refusalOf(
  status: number,
  url: string,
  body: string,
  secrets: readonly string[] = [],
): UpstreamError {
  const words = shorten(secrets.reduce((text, secret) => text.replaceAll(secret, HIDDEN), wordsOf(body)));
  const said = words === '' ? `with status ${status}` : `(${status}): ${words}`;
  return new UpstreamError(kindOf(status), `${beginningOf(status, url)} ${said}`, { status });
}

function kindOf(status: number): UpstreamErrorKind {
  if (status === 401 || status === 403) return 'unauthorized';
  return status >= 500 ? 'failed' : 'refused';
}

function beginningOf(status: number, url: string): string {
  if (status === 401) return `${url} does not accept the data source's credentials`;
  if (status === 403) return `${url} forbids this to the data source's credentials`;
  return status >= 500 ? `${url} failed` : `${url} refused the request`;
}

/** As Spanhouse, Jaeger's first and Jaeger's second generation, and plain servers put it. */
function wordsOf(body: string): string {
  const text = body.trim();
  return wordsOfJson(text) ?? (text.startsWith('<') || text.startsWith('{') ? '' : text);
}

function wordsOfJson(text: string): string | undefined {
  try {
    const parsed = JSON.parse(text) as { error?: unknown; errors?: unknown; message?: unknown } | null;
    const first = Array.isArray(parsed?.errors) ? (parsed.errors[0] as { msg?: unknown } | null) : undefined;
    const error = parsed?.error;
    const nested = typeof error === 'object' ? (error as { message?: unknown } | null)?.message : error;
    return [nested, first?.msg, parsed?.message].find((words) => typeof words === 'string');
  } catch {
    return undefined;
  }
}

function shorten(text: string): string {
  return text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}…` : text;
}
