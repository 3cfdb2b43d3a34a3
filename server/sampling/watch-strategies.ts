import { Fault } from '../errors/fault.ts';
import type { EdgeLogger } from '../platform/fault-report.ts';
import { WatchedFile } from '../platform/watched-file.ts';
import { parseStrategies, SAMPLE_EVERYTHING, SAMPLING_FILE_SETTING, type Strategies } from './strategies.ts';

/** The strategies as of now. */
export type StrategiesNow = () => Promise<Strategies>;

/**
 * Reads the file, and again whenever it has changed; without one everything is sampled. Throws a Fault for a file that
 * cannot be used; one that becomes so later is told to the log once, and what it said before stays.
 */
export function watchStrategies(path: string | undefined, logger: EdgeLogger): StrategiesNow {
  if (path === undefined) return () => Promise.resolve(SAMPLE_EVERYTHING);
  const parse = (text: string): Strategies => {
    const strategies = parseStrategies(path, text);
    for (const sentence of strategies.ignored) logger.warn({ path }, `sampling strategies: ${sentence}`);
    return strategies;
  };
  const file = openFile(path, parse, (thrown) => {
    logger.warn(
      { err: thrown, path },
      'the file of sampling strategies has changed and cannot be used; what it said before stays',
    );
  });
  return () => file.value();
}

function openFile(
  path: string,
  parse: (text: string) => Strategies,
  onRefused: (thrown: unknown) => void,
): WatchedFile<Strategies> {
  try {
    return new WatchedFile(path, parse, onRefused);
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    const message = `${SAMPLING_FILE_SETTING} is ${JSON.stringify(path)}, but that file cannot be read`;
    throw new Fault('failed-precondition', message, { setting: SAMPLING_FILE_SETTING, cause });
  }
}
