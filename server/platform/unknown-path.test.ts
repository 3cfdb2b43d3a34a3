import express from 'express';
import { expect, test } from 'vitest';
import { listenHttp } from './http-listener.ts';
import { answerUnknownPath } from './unknown-path.ts';

test('a path that nobody serves is named, in plain text', async () => {
  const app = express().use(answerUnknownPath);
  const listener = await listenHttp(app, { host: '127.0.0.1', port: 0, bodyTimeoutMs: 1000 });
  try {
    const response = await fetch(`http://127.0.0.1:${listener.port}/api/<b>?x=1`, { method: 'PUT' });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      404,
      'text/plain; charset=utf-8',
    ]);
    expect(await response.text()).toBe('nothing answers PUT /api/%3Cb%3E on this port\n');
  } finally {
    await listener.close(1000);
  }
});
