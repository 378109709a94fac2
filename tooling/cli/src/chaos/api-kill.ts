import { setTimeout as sleep } from 'node:timers/promises';
import type { Admission } from '@holdfast/admission';
import { withAdmission } from '../servers/with-admission.ts';
import type { Restartable } from '../stack/restartable.ts';
import { type Fault, recoveryMsMax, redisUrlOf, type Scene } from './fault.ts';
import { oneOf } from './random.ts';

/** A lease lives for 5 s, and nobody but its process can give it back before that. */
const leaseGoneMsMax = 6_000;
const lookEveryMs = 100;

/** To be killed between admission and commit, a process is frozen and looked at, so often. */
const freezeCountMax = 10;
/** Longer than what the other processes need to give back the leases that they have now. */
const frozenMs = 60;
/** Those of the others come and go; its own are there at every look. */
const lookCount = 3;
const lookAgainMs = 15;

/** An api process dies in the middle of its work, some of it between admission and commit. */
export const apiKill: Fault = {
  name: 'api-kill',
  title: 'An api process is killed between admission and commit',
  holdsMs: 3_000,
  recoveryMsMax,
  inject: (scene) =>
    withLeases(scene, async (countLeases) => {
      const api = oneOf(scene.random, scene.stack.apis);
      await freezeWithLeases(api, countLeases);
      await api.kill();
    }),
  heal: async ({ stack }) => {
    const dead = stack.apis.filter(({ child }) => !child.isAlive());
    await Promise.all(dead.map((api) => api.restart()));
  },
  alsoHolds: (scene) =>
    withLeases(scene, async (countLeases) => {
      const deadline = performance.now() + leaseGoneMsMax;
      for (;;) {
        const leaseCount = await countLeases();
        if (leaseCount === 0) return [];
        if (performance.now() > deadline) return [`Leases that nobody gives back: ${leaseCount}.`];
        await sleep(lookEveryMs);
      }
    }),
};

type CountLeases = () => Promise<number>;

/** Freezes a process in a moment in which leases stay; gives up looking for one after some tries. */
async function freezeWithLeases({ child }: Restartable, countLeases: CountLeases): Promise<void> {
  for (let freeze = 1; ; freeze += 1) {
    child.kill('SIGSTOP');
    await sleep(frozenMs);
    if (freeze === freezeCountMax || (await staysPositive(countLeases))) return;
    child.kill('SIGCONT');
    await sleep(Math.ceil(frozenMs / 3));
  }
}

async function staysPositive(count: CountLeases): Promise<boolean> {
  for (let look = 0; look < lookCount; look += 1) {
    if ((await count()) === 0) return false;
    await sleep(lookAgainMs);
  }
  return true;
}

/** For as long as `work` takes, leases of the load's events can be counted. */
function withLeases<T>(scene: Scene, work: (countLeases: CountLeases) => Promise<T>): Promise<T> {
  const eventIds = scene.stage.all.map(({ eventId }) => eventId);
  const countIn = async (admission: Admission) => {
    const states = await admission.inspect(eventIds);
    return [...states.values()].reduce((sum, { leaseCount }) => sum + leaseCount, 0);
  };
  const place = { redisUrl: redisUrlOf(scene), prefix: scene.stack.redisPrefix };
  return withAdmission(place, (admission) => work(() => countIn(admission)));
}
