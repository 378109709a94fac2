import type { Change } from '@holdfast/data';
import { expect, test } from 'vitest';
import { DeliveryFailed, deliverTo } from '../../src/jobs/consumer.ts';
import { memoryLog } from './memory-log.ts';

const changes: readonly Change[] = [
  {
    eventId: '0197a1b2-0000-7000-8000-000000000001',
    version: 2,
    status: 'on_sale',
    seatCount: 10,
    availableSeats: 9,
    heldSeats: 1,
  },
];

/** A consumer that notes what it is told, and does as it is told. */
function consumerThat(name: string, deliver: () => Promise<void>) {
  const told: (readonly Change[])[] = [];
  return {
    name,
    told,
    async deliver(some: readonly Change[]) {
      told.push(some);
      await deliver();
    },
  };
}
const works = async () => {};
const fails = async () => {
  throw new Error('no route');
};

test('every consumer is told', async () => {
  const { log, lines } = memoryLog();
  const [a, b] = [consumerThat('A', works), consumerThat('B', works)];
  await deliverTo([a, b], { log })(changes);
  expect([a.told, b.told]).toEqual([[changes], [changes]]);
  expect(lines).toEqual([]);
});

test('one that fails is logged by its name, and does not keep the others from being told', async () => {
  const { log, lines } = memoryLog();
  const [a, b] = [consumerThat('A', fails), consumerThat('B', works)];
  const deliver = deliverTo([a, b], { log });
  await expect(deliver(changes)).rejects.toThrow(DeliveryFailed);
  await expect(deliver(changes)).rejects.toThrow('Not told: A.');
  expect(b.told).toHaveLength(2);
  expect(lines).toMatchObject([{ msg: 'A fails; it is tried again and again' }]);
});

test('one that throws at once fails no differently', async () => {
  const { log } = memoryLog();
  const rude = {
    name: 'A',
    deliver() {
      throw new Error('at once');
    },
  };
  await expect(deliverTo([rude], { log })(changes)).rejects.toThrow(DeliveryFailed);
});

test('one that never ends has failed when its time is over', async () => {
  const { log, lines } = memoryLog();
  const stuck = consumerThat('A', () => new Promise(() => undefined));
  await expect(deliverTo([stuck], { log, timeoutMs: 20 })(changes)).rejects.toThrow(DeliveryFailed);
  expect(lines).toMatchObject([{ err: { message: 'No answer within 20 ms.' } }]);
});
