import { type Frame, stringField } from '../../frames/frame.ts';
import { type Listed, listMeta } from '../listed.ts';

export function presentServices(found: Listed<string>, refId: string): Frame {
  return {
    name: 'services',
    refId,
    meta: listMeta(found, 'services'),
    fields: [stringField('service', found.items, { displayName: 'Service' })],
  };
}
