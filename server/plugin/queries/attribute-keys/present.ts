import { type Frame, stringField } from '../../frames/frame.ts';
import { type Listed, listMeta } from '../listed.ts';
import type { AttributeKey } from './ask.ts';

export function presentAttributeKeys(found: Listed<AttributeKey>, refId: string): Frame {
  const { items } = found;
  return {
    name: 'attributeKeys',
    refId,
    meta: listMeta(found, 'attributes'),
    fields: [
      stringField(
        'key',
        items.map(({ key }) => key),
        { displayName: 'Attribute' },
      ),
      stringField(
        'level',
        items.map(({ level }) => level),
        { displayName: 'Level' },
      ),
    ],
  };
}
