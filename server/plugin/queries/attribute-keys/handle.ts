import type { AttributeKeysQuery } from '../../../../src/contract/parse-query.ts';
import type { QueryHandler } from '../query-handler.ts';
import { askAttributeKeys } from './ask.ts';
import { presentAttributeKeys } from './present.ts';

export const handleAttributeKeys: QueryHandler<AttributeKeysQuery> = async (query, { refId }, context) => [
  presentAttributeKeys(await askAttributeKeys(query, context), refId),
];
