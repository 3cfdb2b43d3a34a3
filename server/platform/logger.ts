import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/** Names under which credentials travel; wherever one appears in a line, its value does not. */
const SECRET_NAMES = ['authorization', 'cookie', 'password', 'token', 'x-cnosdb-privatekey'];
const SECRET_PATHS = SECRET_NAMES.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]);

/** JSON lines on stdout, with the level as a word and the time as people read it. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: SECRET_PATHS, censor: '********' },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
