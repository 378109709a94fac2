import { Agent, get } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApi, type TestApi } from './api.ts';

let api: TestApi;

beforeAll(async () => {
  api = await startApi();
});

afterAll(() => api.stop());

test('a thousand callers that arrive in the same moment, each on its own connection, are all served', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  const statuses = await Promise.all(
    Array.from({ length: 1_000 }, async () => {
      const { promise, resolve, reject } = Promise.withResolvers<number>();
      get(`${api.url}/trpc/health.ready`, { agent }, (response) => {
        response.resume().once('end', () => resolve(response.statusCode ?? 0));
      }).once('error', reject);
      return await promise;
    }),
  );
  agent.destroy();
  expect(new Set(statuses)).toEqual(new Set([200]));
});
