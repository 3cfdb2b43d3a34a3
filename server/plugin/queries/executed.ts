/** Requests as the inspector shows them: with no host and no headers, so with no secrets. */

export function executedGet(path: string, params: URLSearchParams = new URLSearchParams()): string {
  const query = params.toString();
  return query === '' ? `GET ${path}` : `GET ${path}?${query}`;
}

export function executedPost(path: string, body: unknown): string {
  return `POST ${path}\n${JSON.stringify(body, null, 2)}`;
}
