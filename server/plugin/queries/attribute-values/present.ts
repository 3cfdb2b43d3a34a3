import { type Frame, int64Field, stringField } from '../../frames/frame.ts';
import { type Listed, listMeta } from '../listed.ts';
import type { AttributeCount } from './ask.ts';

export function presentAttributeValues(found: Listed<AttributeCount>, refId: string): Frame {
  const { items } = found;
  return {
    name: 'attributeValues',
    refId,
    meta: listMeta(found, 'values'),
    fields: [
      stringField(
        'value',
        items.map(({ value }) => value),
        { displayName: 'Value' },
      ),
      int64Field(
        'count',
        items.map(({ count }) => BigInt(Math.round(count))),
        {
          displayName: 'Count',
          description: 'In a sample of recent spans',
        },
      ),
    ],
  };
}
