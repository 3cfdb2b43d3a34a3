import { createHash } from 'node:crypto';
import type { AttributeValue, Attributes } from '../../../span/attribute.ts';
import type { Resource, Scope, Span } from '../../../span/span.ts';

/** Tells spans apart by all that they hold, their resource's and scope's content included. */
export class ContentHash {
  readonly #origins = new Map<Resource | Scope, string>();

  of(span: Span): string {
    const { attributes, events, links, resource, scope, ...rest } = span;
    const content = [
      fields(rest),
      listed(attributes),
      events.map(owned),
      links.map(owned),
      this.#origin(resource),
      this.#origin(scope),
    ];
    return hash(JSON.stringify(content));
  }

  #origin(origin: Resource | Scope): string {
    const known = this.#origins.get(origin);
    if (known !== undefined) return known;
    const hashed = hash(JSON.stringify(owned(origin)));
    this.#origins.set(origin, hashed);
    return hashed;
  }
}

interface Owner {
  readonly attributes: Attributes;
}

type Json = string | readonly Json[];

function owned(owner: Owner): Json {
  const { attributes, ...rest } = owner;
  return [fields(rest), listed(attributes)];
}

/** Every object of one kind has the same fields, though not in the same order. */
function fields(object: object): Json {
  return Object.entries(object)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, value]) => String(value));
}

function listed(attributes: Attributes): Json {
  return attributes.map(({ key, value }) => [key, typed(value)]);
}

function typed(value: AttributeValue): Json {
  switch (value.type) {
    case 'string':
      return ['s', value.value];
    case 'int':
      return ['i', value.value.toString()];
    case 'double':
      return ['d', Object.is(value.value, -0) ? '-0' : String(value.value)];
    case 'bool':
      return ['b', String(value.value)];
    case 'bytes':
      return ['x', Buffer.from(value.value).toString('base64')];
    case 'array':
      return ['a', value.value.map(typed)];
    case 'map':
      return ['m', listed(value.value)];
    case 'empty':
      return ['e'];
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
