import type { Attribute, AttributeValue, Attributes } from '../../../span/attribute.ts';
import type { Resource } from '../../../span/span.ts';
import type { Adjuster } from './adjusted-span.ts';

/** Old clients send an IPv4 address as the number that its four bytes make; people read it with dots. */
export function createAddressWriter(): Adjuster {
  const resources = new Map<Resource, Resource>();
  return (adjusted) => {
    const { span } = adjusted;
    const resource = resources.get(span.resource) ?? withAddresses(span.resource);
    resources.set(span.resource, resource);
    if (resource === span.resource && !span.attributes.some(isPacked)) return adjusted;
    return { ...adjusted, span: { ...withAddresses(span), resource } };
  };
}

function withAddresses<Owner extends { readonly attributes: Attributes }>(owner: Owner): Owner {
  if (!owner.attributes.some(isPacked)) return owner;
  return { ...owner, attributes: owner.attributes.map(dotted) };
}

function isPacked({ key, value }: Attribute): boolean {
  return (key === 'ip' || key === 'peer.ipv4') && (value.type === 'int' || value.type === 'double');
}

function dotted(attribute: Attribute): Attribute {
  if (!isPacked(attribute)) return attribute;
  const number = packed(attribute.value);
  const parts = [24, 16, 8, 0].map((bits) => (number >>> bits) & 0xff);
  return { key: attribute.key, value: { type: 'string', value: parts.join('.') } };
}

/** The last 32 bits of the number. */
function packed(value: AttributeValue): number {
  if (value.type === 'int') return Number(BigInt.asUintN(32, value.value));
  return value.type === 'double' ? value.value >>> 0 : 0;
}
