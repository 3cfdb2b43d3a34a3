/** Fields of a line beside its message; an `error` is told by what it says and where it was thrown. */
export type LogFields = Readonly<Record<string, unknown>>;

export interface PluginLog {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** Grafana reads lines of up to 64 KiB. */
const MAX_LINE_CHARACTERS = 60_000;
const MAX_TEXT_CHARACTERS = 8_000;
const SECRET = /authorization|cookie|password|secret|token|api-?key|httpheadervalue|tlsclientkey/i;
const HIDDEN = '********';

/** One JSON object a line, as Grafana reads a plugin's stderr; it filters by level. */
export function createPluginLog(write: (line: string) => void, nowMs: () => number = Date.now): PluginLog {
  const at =
    (level: string) =>
    (message: string, fields: LogFields = {}): void => {
      write(presentLine(level, message, fields, nowMs()));
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

function presentLine(level: string, message: string, fields: LogFields, nowMs: number): string {
  const head = {
    '@level': level,
    '@message': cut(message),
    '@timestamp': presentTime(nowMs),
    '@module': 'plugin.spanhouse',
  };
  const line = JSON.stringify({ ...presentFields(fields), ...head });
  return `${line.length <= MAX_LINE_CHARACTERS ? line : JSON.stringify(head)}\n`;
}

/** Grafana wants six digits of a second. */
function presentTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z');
}

function presentFields(fields: LogFields): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, SECRET.test(name) ? HIDDEN : presentValue(value)]),
  );
}

function presentValue(value: unknown): unknown {
  if (value instanceof Error) {
    const { cause } = value;
    const told = cut(value.stack ?? value.message);
    return cause instanceof Error ? `${told}; because: ${cut(cause.message)}` : told;
  }
  if (typeof value === 'string') return cut(value);
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return value.map(presentValue);
  return typeof value === 'object' && value !== null ? presentFields(value as LogFields) : value;
}

function cut(text: string): string {
  return text.length > MAX_TEXT_CHARACTERS ? `${text.slice(0, MAX_TEXT_CHARACTERS)}…` : text;
}
