import { setTimeout as sleep } from 'node:timers/promises';
import type { Admission } from '@holdfast/redis';
import { withAdmission } from '../servers/with-admission.ts';
import type { Restartable } from '../stack/restartable.ts';
import { type Fault, recoveryMsMax, redisUrlOf, type Scene } from './fault.ts';
import { oneOf } from './one-of.ts';

/** A fence lives for 5 s, and nobody but its process can lower it before that. */
const fenceGoneMsMax = 6_000;
const lookEveryMs = 100;

/** To be killed between Redis and PostgreSQL, a process is frozen and looked at, so often. */
const freezeCountMax = 10;
/** Longer than what the other processes need to lower the fences that they have now. */
const frozenMs = 60;
/** Those of the others come and go; its own are there at every look. */
const lookCount = 3;
const lookAgainMs = 15;

/** An api process dies in the middle of its work, some of it between Redis and PostgreSQL. */
export const apiKill: Fault = {
  name: 'api-kill',
  title: 'An api process is killed between Redis and PostgreSQL',
  holdsMs: 3_000,
  recoveryMsMax,
  inject: (scene) =>
    withFences(scene, async (countFences) => {
      const api = oneOf(scene.random, scene.stack.apis);
      await freezeWithFences(api, countFences);
      await api.kill();
    }),
  heal: async ({ stack }) => {
    const dead = stack.apis.filter(({ child }) => !child.isAlive());
    await Promise.all(dead.map((api) => api.restart()));
  },
  alsoHolds: (scene) =>
    withFences(scene, async (countFences) => {
      const deadline = performance.now() + fenceGoneMsMax;
      for (;;) {
        const fenceCount = await countFences();
        if (fenceCount === 0) return [];
        if (performance.now() > deadline) return [`Fences that nobody lowers: ${fenceCount}.`];
        await sleep(lookEveryMs);
      }
    }),
};

type CountFences = () => Promise<number>;

/** Freezes a process in a moment in which fences stay; gives up looking for one after some tries. */
async function freezeWithFences({ child }: Restartable, countFences: CountFences): Promise<void> {
  for (let freeze = 1; ; freeze += 1) {
    child.kill('SIGSTOP');
    await sleep(frozenMs);
    if (freeze === freezeCountMax || (await staysPositive(countFences))) return;
    child.kill('SIGCONT');
    await sleep(Math.ceil(frozenMs / 3));
  }
}

async function staysPositive(count: CountFences): Promise<boolean> {
  for (let look = 0; look < lookCount; look += 1) {
    if ((await count()) === 0) return false;
    await sleep(lookAgainMs);
  }
  return true;
}

/** For as long as `work` takes, fences of the load's events can be counted. */
function withFences<T>(scene: Scene, work: (countFences: CountFences) => Promise<T>): Promise<T> {
  const eventIds = scene.stage.all.map(({ eventId }) => eventId);
  const countIn = async (admission: Admission) => {
    const states = await admission.inspect(eventIds);
    return [...states.values()].reduce((sum, { fenceCount }) => sum + fenceCount, 0);
  };
  const place = { redisUrl: redisUrlOf(scene), prefix: scene.stack.redisPrefix };
  return withAdmission(place, (admission) => work(() => countIn(admission)));
}
