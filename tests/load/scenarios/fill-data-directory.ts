import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { replay } from '../traffic/replay.ts';
import { startServer } from './measured-server.ts';
import { type Load, prepareLoad } from './prepare-load.ts';
import { untilCalm } from './until-calm.ts';

const CONNECTIONS = 8;

/** Fills a data directory by sending the load to a server on it; leaves one that holds a store as it is. */
export async function fillDataDirectory(
  directory: string,
  dataDir: string,
  load: Load,
  calmSeconds: number,
): Promise<void> {
  if (existsSync(join(dataDir, 'engine'))) return;
  const { path } = prepareLoad(directory, 'fill', load);
  const server = await startServer(dataDir);
  await replay({ ...server.target(), spool: path, connections: CONNECTIONS });
  rmSync(path);
  await untilCalm(server, calmSeconds);
  await server.stop();
}
