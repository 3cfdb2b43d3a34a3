/** What is wrong with a setting, in a sentence; undefined where nothing is. */
export function urlFlaw(url: string): string | undefined {
  const trimmed = url.trim();
  if (trimmed === '') return undefined;
  const parsed = parseUrl(trimmed);
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
    return `"${trimmed}" is no address: it must begin with http:// or https://`;
  }
  return parsed.username !== '' || parsed.password !== ''
    ? 'Everybody could read a user and password in the address: use basic authentication'
    : undefined;
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

export function spacePartFlaw(part: string | undefined): string | undefined {
  if (part === undefined || part === '' || /^[^\s/]+$/.test(part)) return undefined;
  return `"${part}" holds spaces or slashes, which no part of a space may have`;
}

export function wholeNumberFlaw(value: number | undefined): string | undefined {
  if (value === undefined || (Number.isInteger(value) && value > 0)) return undefined;
  return 'It must be a whole number above 0';
}
