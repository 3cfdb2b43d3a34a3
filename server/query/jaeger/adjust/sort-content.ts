import type { Attribute, Attributes } from '../../../span/attribute.ts';
import type { Resource, Scope, Span, SpanEvent, SpanLink } from '../../../span/span.ts';
import type { Adjuster } from './adjusted-span.ts';
import { compareText } from './compare-text.ts';

/** Attributes by key, wherever they stand, and events by name. What is equal keeps its order. */
export function createContentSorter(): Adjuster {
  const resources = new Map<Resource, Resource>();
  const scopes = new Map<Scope, Scope>();
  return (adjusted) => {
    const { span } = adjusted;
    const resource = shared(resources, span.resource);
    const scope = shared(scopes, span.scope);
    const attributes = sortAttributes(span.attributes);
    const events = sortEvents(span.events);
    const links = sortLinks(span.links);
    const isSorted =
      resource === span.resource &&
      scope === span.scope &&
      attributes === span.attributes &&
      events === span.events &&
      links === span.links;
    if (isSorted) return adjusted;
    const sorted: Span = { ...span, resource, scope, attributes, events, links };
    return { ...adjusted, span: sorted };
  };
}

interface Attributed {
  readonly attributes: Attributes;
}

/** Resources and scopes belong to many spans: they are sorted once, and stay shared. */
function shared<Origin extends Attributed>(known: Map<Origin, Origin>, origin: Origin): Origin {
  const found = known.get(origin);
  if (found !== undefined) return found;
  const sorted = withSorted(origin);
  known.set(origin, sorted);
  return sorted;
}

function withSorted<Owner extends Attributed>(owner: Owner): Owner {
  const attributes = sortAttributes(owner.attributes);
  return attributes === owner.attributes ? owner : { ...owner, attributes };
}

function sortAttributes(attributes: Attributes): Attributes {
  return isOrdered(attributes, byKey) ? attributes : [...attributes].sort(byKey);
}

function sortEvents(events: readonly SpanEvent[]): readonly SpanEvent[] {
  if (events.length === 0) return events;
  const sorted = mapped(events, withSorted);
  return isOrdered(sorted, byName) ? sorted : [...sorted].sort(byName);
}

function sortLinks(links: readonly SpanLink[]): readonly SpanLink[] {
  return links.length === 0 ? links : mapped(links, withSorted);
}

function byKey(a: Attribute, b: Attribute): number {
  return compareText(a.key, b.key);
}

function byName(a: SpanEvent, b: SpanEvent): number {
  return compareText(a.name, b.name);
}

function isOrdered<Item>(items: readonly Item[], compare: (a: Item, b: Item) => number): boolean {
  for (let at = 1; at < items.length; at++) {
    if (compare(items[at - 1]!, items[at]!) > 0) return false;
  }
  return true;
}

/** The same list where the function changes nothing of it. */
function mapped<Item>(items: readonly Item[], change: (item: Item) => Item): readonly Item[] {
  const changed = items.map(change);
  return changed.every((item, at) => item === items[at]) ? items : changed;
}
