import { message, one, type PackageFacts } from '../../../../platform/grpc-interface/describe.ts';

const moment = message({ seconds: one('int64', 1), nanos: one('int32', 2) });

export const GOOGLE_PROTOBUF: PackageFacts = {
  name: 'google.protobuf',
  imports: [],
  types: { Timestamp: moment, Duration: moment },
};
