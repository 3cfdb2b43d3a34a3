import { Client, credentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGrpcServer } from '../platform/grpc-server.ts';
import type { Listener } from '../platform/listener.ts';
import { createLogger } from '../platform/logger.ts';
import { samplingService } from './grpc-service.ts';
import { parseStrategies } from './strategies.ts';

const STRATEGIES = parseStrategies(
  'strategies.json',
  JSON.stringify({
    default_strategy: { type: 'probabilistic', param: 0.5 },
    service_strategies: [
      { service: 'bar', type: 'ratelimiting', param: 300 },
      {
        service: 'foo',
        type: 'probabilistic',
        param: 1,
        operation_strategies: [{ operation: 'op', type: 'probabilistic', param: 0.25 }],
      },
    ],
  }),
);
const METHOD = '/jaeger.api_v2.SamplingManager/GetSamplingStrategy';

let listener: Listener;
let client: Client;

beforeAll(async () => {
  const service = samplingService({
    strategies: () => Promise.resolve(STRATEGIES),
    logger: createLogger('silent'),
  });
  expect(service.name).toBe('jaeger.api_v2.SamplingManager');
  const server = createGrpcServer({ services: [service], maxMessageBytes: 1 << 20 });
  listener = await server.listen({ host: '127.0.0.1', port: 0 });
  client = new Client(`127.0.0.1:${listener.port}`, credentials.createInsecure());
});
afterAll(async () => {
  client.close();
  await listener.close(1_000);
});

function ask(request: string): Promise<string> {
  const same = (bytes: Buffer): Buffer => bytes;
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(METHOD, same, same, Buffer.from(request, 'hex'), (error, answer) => {
      if (error === null) resolve(answer!.toString('hex'));
      else reject(error);
    });
  });
}

/** Doubles, as protobuf has them. */
const HALF = '000000000000e03f';
const ONE = '000000000000f03f';
const QUARTER = '000000000000d03f';
const ZERO = '0000000000000000';

// By hand, from sampling.proto. A type of zero may be said or left unsaid.
test.each([
  ['another service', '0a0473686f70', `0800 1209 09${HALF}`],
  ['no service', '', `0800 1209 09${HALF}`],
  ['a limit', '0a03626172', '0801 1a03 08ac02'],
  ['operations', '0a03666f6f', `0800 1209 09${ONE} 2223 09${ONE} 11${ZERO} 1a0f 0a026f70 1209 09${QUARTER}`],
])('%s', async (_, request, want) => {
  expect(await ask(request)).toBe(want.replaceAll(' ', ''));
});

test('a request that is no message', async () => {
  await expect(ask('0aff')).rejects.toMatchObject({
    code: 3,
    details: 'the message is not valid protobuf for this method',
  });
});
