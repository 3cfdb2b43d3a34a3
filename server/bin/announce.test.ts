import { expect, test } from 'vitest';
import { createLogger } from '../platform/logger.ts';
import { announce, presentWelcome } from './announce.ts';

const LISTENERS = {
  http: { host: '127.0.0.1', port: 16686 },
  grpc: { host: '127.0.0.1', port: 16685 },
  otlpGrpc: { host: '::1', port: 4317 },
};

test('the line for programs has the address of every open port', () => {
  const lines: string[] = [];
  announce(LISTENERS, 'embedded', createLogger('info', { write: (line) => void lines.push(line) }));
  expect(JSON.parse(lines.join(''))).toMatchObject({
    msg: 'ready',
    engine: 'embedded',
    listeners: { http: '127.0.0.1:16686', grpc: '127.0.0.1:16685', otlpGrpc: '[::1]:4317' },
  });
});

test('people are told where to send and where to look', () => {
  expect(presentWelcome(LISTENERS)).toBe(`
Spanhouse is ready.

  send OTLP over gRPC to      [::1]:4317
  see what has arrived at     http://127.0.0.1:16686/
  point Grafana and Jaeger to http://127.0.0.1:16686
  see how it is doing at      http://127.0.0.1:16686/readyz
  query over gRPC at          127.0.0.1:16685
  make some traffic with      npm run demo
  stop with                   Ctrl-C

`);
});
