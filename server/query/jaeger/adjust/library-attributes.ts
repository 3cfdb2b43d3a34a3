import type { Attribute, AttributeValue, Attributes } from '../../../span/attribute.ts';
import type { Resource } from '../../../span/span.ts';
import { type AdjustedSpan, type Adjuster, warned } from './adjusted-span.ts';

/** What a client library says of itself. It holds for the whole process, wherever the library has written it. */
const LIBRARY_KEYS: ReadonlySet<string> = new Set([
  'telemetry.sdk.language',
  'telemetry.sdk.name',
  'telemetry.sdk.version',
  'telemetry.distro.name',
  'telemetry.distro.version',
]);

/**
 * Learns from all spans of a trace what they say of their library. The answer, given the same spans in the same order,
 * moves it to their resource; what contradicts it stays.
 */
export function learnLibraries(spans: Iterable<AdjustedSpan>): Adjuster {
  const drafts = new Map<Resource, ResourceDraft>();
  let learned = 0;
  for (const { span } of spans) {
    for (const attribute of span.attributes) {
      if (isLibrary(attribute)) draftOf(drafts, span.resource).learn(attribute, learned++);
    }
  }
  let moved = 0;
  const count = (): number => moved++;
  return (adjusted) => moveAttributes(adjusted, drafts.get(adjusted.span.resource), count);
}

function draftOf(drafts: Map<Resource, ResourceDraft>, resource: Resource): ResourceDraft {
  let draft = drafts.get(resource);
  if (draft === undefined) {
    draft = new ResourceDraft(resource);
    drafts.set(resource, draft);
  }
  return draft;
}

/** All spans of a resource share what any of them has said. Counts what they have said, as it was counted in learning. */
function moveAttributes(
  adjusted: AdjustedSpan,
  draft: ResourceDraft | undefined,
  count: () => number,
): AdjustedSpan {
  const { span } = adjusted;
  if (draft === undefined) return adjusted;
  const { resource } = draft;
  if (!span.attributes.some(isLibrary)) {
    return resource === span.resource ? adjusted : { ...adjusted, span: { ...span, resource } };
  }
  const kept = span.attributes.filter(
    (attribute) => !isLibrary(attribute) || !draft.holds(attribute, count()),
  );
  const conflicts = kept
    .filter(isLibrary)
    .map(({ key }) => `conflicting values between Span and Resource for attribute ${key}`);
  return warned({ ...adjusted, span: { ...span, attributes: kept, resource } }, ...conflicts);
}

function isLibrary({ key }: Attribute): boolean {
  return isLibraryKey(key);
}

export function isLibraryKey(key: string): boolean {
  return key.startsWith('telemetry.') && LIBRARY_KEYS.has(key);
}

/** A resource with what its spans have added so far. */
class ResourceDraft {
  readonly #resource: Resource;
  readonly #values: Map<string, AttributeValue>;
  readonly #added: Attribute[] = [];
  /** Which of all that was said was added: to it, it is no contradiction. */
  readonly #addedAt = new Set<number>();
  #finished: Resource | undefined;

  constructor(resource: Resource) {
    this.#resource = resource;
    this.#values = libraryValues(resource.attributes);
  }

  /** One object for all spans of the resource; asked for when they have all added theirs. */
  get resource(): Resource {
    return (this.#finished ??= this.#finish());
  }

  learn(attribute: Attribute, at: number): void {
    if (this.#values.has(attribute.key)) return;
    this.#values.set(attribute.key, attribute.value);
    this.#added.push(attribute);
    this.#addedAt.add(at);
  }

  /** Whether the resource says the same. */
  holds({ key, value }: Attribute, at: number): boolean {
    return this.#addedAt.has(at) || isSameText(this.#values.get(key)!, value);
  }

  #finish(): Resource {
    if (this.#added.length === 0) return this.#resource;
    return { ...this.#resource, attributes: [...this.#resource.attributes, ...this.#added] };
  }
}

function libraryValues(attributes: Attributes): Map<string, AttributeValue> {
  const values = new Map<string, AttributeValue>();
  for (const { key, value } of attributes) if (!values.has(key)) values.set(key, value);
  return values;
}

/** The conventions want texts; anything else contradicts even itself. */
function isSameText(a: AttributeValue, b: AttributeValue): boolean {
  return a.type === 'string' && b.type === 'string' && a.value === b.value;
}
