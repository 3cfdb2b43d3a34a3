import type { Attribute, AttributeValue, Attributes } from '../../../span/attribute.ts';
import type { Resource } from '../../../span/span.ts';
import { type AdjustedSpan, warned } from './adjusted-span.ts';

/** What a client library says of itself. It holds for the whole process, wherever the library has written it. */
const LIBRARY_KEYS: ReadonlySet<string> = new Set([
  'telemetry.sdk.language',
  'telemetry.sdk.name',
  'telemetry.sdk.version',
  'telemetry.distro.name',
  'telemetry.distro.version',
]);

/** Moves what spans say of their library to their resource; what contradicts it stays. */
export function moveLibraryAttributes(spans: readonly AdjustedSpan[]): readonly AdjustedSpan[] {
  if (!spans.some(({ span }) => span.attributes.some(isLibrary))) return spans;
  const drafts = new Map<Resource, ResourceDraft>();
  const draftOf = (resource: Resource): ResourceDraft => {
    const draft = drafts.get(resource) ?? new ResourceDraft(resource);
    drafts.set(resource, draft);
    return draft;
  };
  const moved = spans.map((adjusted) => moveAttributes(adjusted, draftOf(adjusted.span.resource)));
  // All spans of a resource share what any of them has said.
  return moved.map((adjusted) => {
    const { resource } = draftOf(adjusted.span.resource);
    return resource === adjusted.span.resource
      ? adjusted
      : { ...adjusted, span: { ...adjusted.span, resource } };
  });
}

function moveAttributes(adjusted: AdjustedSpan, draft: ResourceDraft): AdjustedSpan {
  const { span } = adjusted;
  if (!span.attributes.some(isLibrary)) return adjusted;
  const kept = span.attributes.filter((attribute) => !isLibrary(attribute) || !draft.take(attribute));
  const conflicts = kept
    .filter(isLibrary)
    .map(({ key }) => `conflicting values between Span and Resource for attribute ${key}`);
  return warned({ ...adjusted, span: { ...span, attributes: kept } }, ...conflicts);
}

function isLibrary({ key }: Attribute): boolean {
  return key.startsWith('telemetry.') && LIBRARY_KEYS.has(key);
}

/** A resource with what its spans have added so far. */
class ResourceDraft {
  readonly #resource: Resource;
  readonly #values: Map<string, AttributeValue>;
  readonly #added: Attribute[] = [];
  #finished: Resource | undefined;

  constructor(resource: Resource) {
    this.#resource = resource;
    this.#values = libraryValues(resource.attributes);
  }

  /** One object for all spans of the resource; asked for when they have all added theirs. */
  get resource(): Resource {
    return (this.#finished ??= this.#finish());
  }

  /** Whether the resource says so, too, from now on. */
  take(attribute: Attribute): boolean {
    const known = this.#values.get(attribute.key);
    if (known !== undefined) return isSameText(known, attribute.value);
    this.#values.set(attribute.key, attribute.value);
    this.#added.push(attribute);
    return true;
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
