import type { SqlQuery } from '../../../../src/contract/parse-query.ts';
import { Fault } from '../../../errors/fault.ts';
import type { QueryHandler } from '../query-handler.ts';

/** No server of today has it; one that does will say so in `/api/v1/about`, and have a path for it. */
export const handleSql: QueryHandler<SqlQuery> = () =>
  Promise.reject(new Fault('unimplemented', 'this server offers no SQL yet'));
