import type { SqlQuery } from '../../../../src/contract/parse-query.ts';
import { Fault } from '../../../errors/fault.ts';
import { askAbout } from '../../instance/about.ts';
import { cannot } from '../cannot.ts';
import type { QueryHandler } from '../query-handler.ts';

/** A server that has SQL says so among its features; how one is asked no server of today has laid down. */
export const handleSql: QueryHandler<SqlQuery> = async (_query, _asked, { upstream, signal }) => {
  const server = await upstream.serverKind(signal);
  if (server !== 'spanhouse') throw cannot(server, 'run SQL');
  const { version, features } = await askAbout(upstream, signal);
  const called = `this server (Spanhouse ${version})`;
  throw new Fault(
    'unimplemented',
    features.includes('sql')
      ? `${called} offers SQL, and this plugin cannot ask for it yet: it needs a newer version of the plugin`
      : `${called} offers no SQL`,
  );
};
