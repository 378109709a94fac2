import { expect, test } from 'vitest';
import { Crowd } from '../src/load/crowd/crowd.ts';
import { serve } from './serve.ts';

const users = Array.from({ length: 40 }, (_, index) => ({ id: `user-${index}`, token: 'token' }));

const plan = {
  eventId: '0197f0a0-0000-7000-8000-000000000001',
  firstId: '0197f0a0-0000-7000-8000-000000000002',
  connectionCount: 4,
  cancellerCount: 0,
  durationMs: 2_000,
};

test('a connection has one request under way, and who has a booking asks no more', async () => {
  let inFlight = 0;
  let inFlightMax = 0;
  await using server = await serve((request, response) => {
    inFlight += 1;
    inFlightMax = Math.max(inFlightMax, inFlight);
    request.resume().on('end', () =>
      setImmediate(() => {
        inFlight -= 1;
        response.end('{"status":"confirmed"}');
      }),
    );
  });
  const calls = await new Crowd({ ...plan, url: server.url }, users).run();
  expect(calls.map(({ kind }) => kind)).toEqual(users.map(() => 'booked'));
  expect(inFlightMax).toBeLessThanOrEqual(plan.connectionCount);
});

test('what a canceller gives back is booked again, by the same user', async () => {
  const active = new Set<string>();
  let doubleCount = 0;
  await using server = await serve((request, response) => {
    const user = request.headers.authorization ?? '';
    const isCancel = request.url === '/trpc/booking.cancel';
    if (isCancel) active.delete(user);
    else if (active.has(user)) doubleCount += 1;
    else active.add(user);
    request.resume().on('end', () => {
      response.end(isCancel ? '{"status":"cancelled"}' : '{"status":"confirmed"}');
    });
  });
  const few = users.slice(0, 4).map((user) => ({ ...user, token: user.id }));
  const load = { ...plan, url: server.url, cancellerCount: 1, durationMs: 150 };
  const calls = await new Crowd(load, few).run();
  expect(calls.filter(({ kind }) => kind === 'booked').length).toBeGreaterThan(few.length);
  expect(doubleCount).toBe(0);
});

test('a connection that breaks is told, and opened again', async () => {
  let count = 0;
  await using server = await serve((request, response) => {
    count += 1;
    if (count === 2) request.socket.destroy();
    else request.resume().on('end', () => response.end('{"reason":"sold_out"}'));
  });
  const load = { ...plan, url: server.url, connectionCount: 1, durationMs: 150 };
  const calls = await new Crowd(load, users).run();
  expect(calls.slice(0, 3).map(({ kind }) => kind)).toEqual(['sold_out', 'broken', 'sold_out']);
});
