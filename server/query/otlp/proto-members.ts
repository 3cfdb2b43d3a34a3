import { goString } from '../go/go-json.ts';

/*
 * Members of objects as proto's JSON has them: those whose value is zero or empty are left out, as empty text.
 */

export function textMember(name: string, text: string): string {
  return text === '' ? '' : `"${name}":${goString(text)}`;
}

export function countMember(name: string, count: number): string {
  return count === 0 ? '' : `"${name}":${count}`;
}

/** 64 bits are text. */
export function nanosMember(name: string, nanos: bigint): string {
  return nanos === 0n ? '' : `"${name}":"${nanos}"`;
}

export function listMember<T>(name: string, items: readonly T[], present: (item: T) => string): string {
  return items.length === 0 ? '' : `"${name}":[${items.map(present).join(',')}]`;
}

/** An object of these members. */
export function objectOf(members: readonly string[]): string {
  return `{${members.filter((member) => member !== '').join(',')}}`;
}
