import type { AttributeValuesQuery } from '../../../../src/contract/parse-query.ts';
import type { QueryHandler } from '../query-handler.ts';
import { askAttributeValues } from './ask.ts';
import { presentAttributeValues } from './present.ts';

export const handleAttributeValues: QueryHandler<AttributeValuesQuery> = async (query, asked, context) => [
  presentAttributeValues(await askAttributeValues(query, asked, context), asked.refId),
];
