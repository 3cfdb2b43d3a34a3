import {
  type DataSourceChoice,
  type DataSourceRef,
  IMPORTED_UID,
  PLUGIN_ID,
  type Variable,
} from './dashboard.ts';

/** Whatever data source the dashboard's first variable stands at. */
export const SPANHOUSE: DataSourceRef = { type: PLUGIN_ID, uid: '${datasource}' };

/** Asked once when the dashboard is opened, and again when a variable that it holds changes. */
const ON_LOAD = 1;
const BY_NAME = 1;
/** As a query's field it asks for everything, in a few bytes however many there are. */
const EVERYTHING = '.*';
const ALL = { text: ['All'], value: ['$__all'] };

export function dataSourceVariable(choice: DataSourceChoice): Variable {
  return {
    ...sourcesOf(PLUGIN_ID),
    name: 'datasource',
    label: 'Data source',
    current: currentOf(choice),
  };
}

export function prometheusVariable(): Variable {
  return { ...sourcesOf('prometheus'), name: 'prometheus', label: 'Prometheus', current: {} };
}

function sourcesOf(query: string): Variable {
  return {
    name: '',
    label: '',
    type: 'datasource',
    query,
    regex: '',
    refresh: ON_LOAD,
    multi: false,
    includeAll: false,
    options: [],
    hide: 0,
  };
}

function currentOf(choice: DataSourceChoice): object {
  switch (choice) {
    case 'first':
      return {};
    case 'imported':
      return { text: IMPORTED_UID, value: IMPORTED_UID };
    default:
      return { text: choice.name, value: choice.uid };
  }
}

/** Any number of what a query finds; none chosen means all. */
interface FoundVariable {
  readonly name: string;
  readonly label: string;
  readonly datasource: DataSourceRef;
  readonly query: object;
  /** What the list of variables shows of the query. */
  readonly definition: string;
  readonly chosen?: readonly string[];
}

export function foundVariable({ chosen = [], ...found }: FoundVariable): Variable {
  return {
    ...found,
    type: 'query',
    regex: '',
    refresh: ON_LOAD,
    sort: BY_NAME,
    multi: true,
    includeAll: true,
    allValue: EVERYTHING,
    current: chosen.length === 0 ? ALL : { text: chosen, value: chosen },
    options: [],
    hide: 0,
  };
}

export function serviceVariable(chosen: readonly string[] = []): Variable {
  return foundVariable({
    name: 'service',
    label: 'Service',
    datasource: SPANHOUSE,
    query: { refId: 'SpanhouseVariable', kind: 'services' },
    definition: 'services',
    chosen,
  });
}

export function operationVariable(): Variable {
  return foundVariable({
    name: 'operation',
    label: 'Operation',
    datasource: SPANHOUSE,
    query: { refId: 'SpanhouseVariable', kind: 'operations', service: '$service' },
    definition: 'operations($service)',
  });
}

export interface Option {
  readonly text: string;
  readonly value: string;
}

/** One of a few words; the first one at first. */
export function wordVariable(name: string, label: string, options: readonly Option[]): Variable {
  const [first] = options;
  return {
    name,
    label,
    type: 'custom',
    query: options.map(({ text, value }) => `${text} : ${value.replaceAll(',', '\\,')}`).join(', '),
    multi: false,
    includeAll: false,
    current: { ...first },
    options: options.map((option) => ({ ...option, selected: option === first })),
    hide: 0,
  };
}

/** Spans that a service was asked for by others: what its rate and its errors usually mean. */
const ENTRIES: Option = { text: 'Requests and messages taken', value: '["server","consumer"]' };

export function kindVariable(first: 'entries' | 'any'): Variable {
  const any = { text: 'Any', value: EVERYTHING };
  const kinds = ['server', 'client', 'producer', 'consumer', 'internal'].map(word);
  return wordVariable('kind', 'Kind', [...(first === 'any' ? [any, ENTRIES] : [ENTRIES, any]), ...kinds]);
}

export function word(text: string): Option {
  return { text, value: text };
}

export function anyOrWord(name: string, label: string, words: readonly string[]): Variable {
  return wordVariable(name, label, [{ text: 'Any', value: EVERYTHING }, ...words.map(word)]);
}

export function textVariable(name: string, label: string): Variable {
  return {
    name,
    label,
    type: 'textbox',
    query: '',
    current: { text: '', value: '' },
    options: [{ text: '', value: '', selected: true }],
    hide: 0,
  };
}

/** Rows of attributes, added to every query of the data source. */
export function attributesVariable(): Variable {
  return {
    name: 'attributes',
    label: 'Attributes',
    type: 'adhoc',
    datasource: SPANHOUSE,
    filters: [],
    baseFilters: [],
    hide: 0,
  };
}
