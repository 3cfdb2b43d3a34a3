import type { Operation } from '../../../store/trace-store.ts';
import { goString } from '../../go/go-json.ts';
import { shownKind } from './params.ts';

export function presentServices(services: readonly string[]): string {
  return `{"services":[${services.map(goString).join(',')}]}`;
}

/** Each once, though its spans may be of two kinds that are shown alike. */
export function presentOperations(operations: readonly Operation[]): string {
  const items = operations.map(
    ({ name, kind }) => `{"name":${goString(name)},"spanKind":${goString(shownKind(kind))}}`,
  );
  return `{"operations":[${[...new Set(items)].join(',')}]}`;
}
