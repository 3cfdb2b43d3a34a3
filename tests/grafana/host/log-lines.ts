/** A line of a plugin's stderr, as Grafana puts it into its own log. */
export interface PluginLogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error'];
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(?:Z|[+-]\d\d:\d\d)$/;
const MAX_LINE_BYTES = 64 * 1024;

/** Strictly: what Grafana would log as bare text, or cut in pieces, throws. */
export function readLogLine(line: string): PluginLogLine {
  if (Buffer.byteLength(line) >= MAX_LINE_BYTES) throw new Error('a line of the log is longer than 64 KiB');
  const { '@level': level, '@message': message, '@timestamp': timestamp, ...fields } = parseLine(line);
  if (!LEVELS.includes(String(level))) throw new Error(`a line of the log has no level: ${line}`);
  if (typeof message !== 'string') throw new Error(`a line of the log has no message: ${line}`);
  if (typeof timestamp !== 'string' || !TIMESTAMP.test(timestamp)) {
    throw new Error(`a line of the log has no time that Grafana reads: ${line}`);
  }
  return { level: level as string, message, fields };
}

function parseLine(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    throw new Error(`a line of the log is no JSON: ${line}`);
  }
}
