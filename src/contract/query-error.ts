/** What is wrong with a query, in a sentence; where it can be told, with the field and the place in its text. */
export class QueryError extends Error {
  /** Of the kept query, such as `limit`. */
  readonly field: string | undefined;
  /** Characters from the beginning of the text; the first one is 0. */
  readonly position: number | undefined;

  constructor(message: string, where: { readonly field?: string; readonly position?: number } = {}) {
    super(message);
    this.name = 'QueryError';
    this.field = where.field;
    this.position = where.position;
  }
}

/** What a parser complains of, under the name of the field that was parsed. */
export function inField<T>(field: string, parse: () => T): T {
  try {
    return parse();
  } catch (thrown) {
    if (!(thrown instanceof QueryError)) throw thrown;
    const { position } = thrown;
    const place = position === undefined ? '' : ` at character ${position + 1}`;
    const where = position === undefined ? { field } : { field, position };
    throw new QueryError(`"${field}"${place}: ${thrown.message}`, where);
  }
}
