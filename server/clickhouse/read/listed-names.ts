import type { NativeBlock } from '../../columns/native-reader.ts';
import { decodeNativeStream } from '../../columns/native-reader.ts';
import { SPAN_KINDS, type SpanKind } from '../../span/span.ts';
import { type Space, storedSpace } from '../../space/space.ts';
import type { Call } from '../../store/trace-store.ts';
import { LISTED_NAMES } from '../compile/lists.ts';
import type { Engine } from '../engine/engine.ts';

/** A name that a space's lists hold, with all that makes it the name it is. */
export type ListedName = { readonly space: Space } & (
  | { readonly list: 'services'; readonly service: string }
  | { readonly list: 'operations'; readonly service: string; readonly name: string; readonly kind: number }
  | { readonly list: 'keys'; readonly level: string; readonly key: string }
);

/** Every name in the lists of every space, for a write path that starts: limits go on where they stood. */
export async function* readListedNames(engine: Engine, call: Call): AsyncGenerator<ListedName> {
  for await (const block of decodeNativeStream(engine.stream(LISTED_NAMES, call))) {
    for (let row = 0; row < block.rows; row++) yield listedName(block, row);
  }
}

function listedName(block: NativeBlock, row: number): ListedName {
  const text = (column: string): string => block.column(column).text(row);
  const space = storedSpace(text('tenant'), text('db'), text('table'));
  switch (text('fact')) {
    case 'service':
      return { space, list: 'services', service: text('service') };
    case 'operation': {
      const kind = SPAN_KINDS.indexOf(text('kind') as SpanKind);
      return { space, list: 'operations', service: text('service'), name: text('name'), kind };
    }
    default:
      return { space, list: 'keys', level: text('level'), key: text('name') };
  }
}
