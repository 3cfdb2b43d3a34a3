import { presentValue } from '../../../columns/attribute-text.ts';
import type { AttributeValue } from '../../../span/attribute.ts';
import type { Resource } from '../../../span/span.ts';

/** Names the machine whose clock a span was measured with; empty where the resource does not say. */
export function hostKey({ attributes }: Resource): string {
  const valueOf = (name: string): AttributeValue | undefined =>
    attributes.find(({ key }) => key === name)?.value;
  const id = valueOf('host.id');
  if (id !== undefined) return textOf(id);
  return firstAddress(valueOf('host.ip')) ?? textOf(valueOf('host.name'));
}

/** Nothing where it is no address: then the name counts. */
function firstAddress(value: AttributeValue | undefined): string | undefined {
  if (value?.type === 'string') return value.value;
  const first = value?.type === 'array' ? value.value[0] : undefined;
  return first === undefined ? undefined : presentValue(first);
}

function textOf(value: AttributeValue | undefined): string {
  return value?.type === 'string' ? value.value : '';
}
