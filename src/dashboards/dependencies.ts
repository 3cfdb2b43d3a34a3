import { createDashboard, type Dashboard, type Json, type Placement } from './dashboard.ts';
import { ask, type Draft, layOut, nodeGraph, table } from './panel.ts';
import { dataSourceVariable, serviceVariable } from './variable.ts';

/** Which service calls which, how often, how well and how fast: as a graph and as tables. */
export function buildDependencies(placement: Placement): Dashboard {
  return createDashboard(placement, {
    title: 'Dependencies',
    description: 'Which service calls which: as a graph, and as tables.',
    variables: [dataSourceVariable(placement.dataSource), serviceVariable()],
    panels: layOut([[graph()], [services(), edges()]]),
  });
}

const GRAPH = 'Service graph';

function graph(): Draft {
  return nodeGraph({ title: GRAPH, w: 24, h: 18, source: ask('dependencyGraph', { service: '$service' }) });
}

/** The question is answered with the services first and the calls between them second. */
function services(): Draft {
  return table({
    title: 'Services',
    w: 10,
    h: 12,
    source: { answerOf: GRAPH },
    frameIndex: 0,
    transformations: [shown({ title: 'Service' }, ['id', 'arc__ok', 'arc__errors'])],
  });
}

function edges(): Draft {
  return table({
    title: 'Calls',
    w: 14,
    h: 12,
    source: { answerOf: GRAPH },
    frameIndex: 1,
    transformations: [shown({ source: 'From', target: 'To' }, ['id'])],
  });
}

function shown(renameByName: Json, excluded: readonly string[]): Json {
  const excludeByName = Object.fromEntries(excluded.map((name) => [name, true]));
  return { id: 'organize', options: { excludeByName, indexByName: {}, renameByName } };
}
