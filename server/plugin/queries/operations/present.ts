import { type Frame, stringField } from '../../frames/frame.ts';
import { type Listed, listMeta } from '../listed.ts';
import type { Operation } from './ask.ts';

export function presentOperations(found: Listed<Operation>, refId: string): Frame {
  const { items } = found;
  return {
    name: 'operations',
    refId,
    meta: listMeta(found, 'operations'),
    fields: [
      stringField(
        'operation',
        items.map(({ name }) => name),
        { displayName: 'Operation' },
      ),
      stringField(
        'service',
        items.map(({ service }) => service),
        { displayName: 'Service' },
      ),
      stringField(
        'kind',
        items.map(({ kind }) => kind),
        { displayName: 'Kind' },
      ),
    ],
  };
}
