import type { Dependency } from '../../../store/trace-store.ts';
import { goString } from '../../go/go-json.ts';

type Edge = Pick<Dependency, 'parent' | 'child' | 'calls'>;

/** The data of `GET /api/dependencies`: every pair of services once, of one service where one is asked for. */
export function presentDependencies(edges: readonly Edge[], service: string | undefined): string {
  const wanted = edges.filter(
    ({ parent, child }) => service === undefined || parent === service || child === service,
  );
  const links = sumByPair(wanted).map(
    ({ parent, child, calls }) =>
      `{"parent":${goString(parent)},"child":${goString(child)},"callCount":${calls}}`,
  );
  return `[${links.join(',')}]`;
}

function sumByPair(edges: readonly Edge[]): readonly Edge[] {
  const byPair = new Map<string, Edge>();
  for (const { parent, child, calls } of edges) {
    const key = JSON.stringify([parent, child]);
    byPair.set(key, { parent, child, calls: (byPair.get(key)?.calls ?? 0) + calls });
  }
  return [...byPair.values()];
}
