import type { Fault, Scene } from '@holdfast/cli/parts';
import type { ServiceHandle } from '@holdfast/services';
import { missingChanges } from '../missing-changes.ts';
import type { RedisTimes, TimedFault } from './timed-fault.ts';
import { flawsOfJob, type JobGiver, openJobs, timeOf, timeOfAdmission } from './timer.ts';

interface MasterKilled extends Pick<Fault, 'name' | 'title'> {
  /** Which server, at that moment. */
  readonly master: (scene: Scene) => Promise<ServiceHandle>;
  /** Has its replica taken its place? */
  readonly isPromoted: () => Promise<boolean>;
}

/** Long enough for a replica to be promoted, and for everybody to find it. */
const holdsMs = 6_000;
/** The rate of answers does not depend on Redis. */
const recoveryMsMax = 3_000;

const none: RedisTimes = { promotedMs: null, admissionMs: null, queueMs: null, movedMs: null };

/** A master dies under load, and comes back when its replica has long taken its place. */
export function masterKilled({ name, title, master, isPromoted }: MasterKilled): TimedFault {
  let killed: ServiceHandle | null = null;
  let jobs: JobGiver | null = null;
  let killedAt = 0;
  let times = none;
  const fault: Fault = {
    name,
    title,
    holdsMs,
    recoveryMsMax,
    inject: async (scene) => {
      killed = await master(scene);
      jobs = await openJobs(scene);
      killedAt = performance.now();
      killed.kill('SIGKILL');
    },
    whileItHolds: async (scene) => {
      using given = jobs;
      if (given === null) throw new Error('Nobody was killed.');
      const [promotedAt, admissionAt, job] = await Promise.all([
        timeOf(isPromoted),
        timeOfAdmission(scene, killedAt),
        given.give(),
      ]);
      const since = (at: number | null) => at && Math.round(at - killedAt);
      times = {
        ...none,
        promotedMs: since(promotedAt),
        admissionMs: since(admissionAt),
        queueMs: since(job.doneAt),
      };
      return [
        ...(times.promotedMs === null ? ['No replica was promoted.'] : []),
        ...(times.admissionMs === null ? ['Redis was not asked first again.'] : []),
        ...flawsOfJob(job),
      ];
    },
    heal: async () => await killed?.restart(),
    alsoHolds: missingChanges,
  };
  return { fault, times: () => times };
}
