import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Fault, ordinaryStack, runFault, startStackOn } from '@holdfast/cli/parts';
import { makeTemporaryDirectory, startServices } from '@holdfast/services';
import { migrateByCommand } from '../migrate-by-command.ts';
import type { Watching } from '../rehearsal.ts';
import { roll } from '../roll.ts';
import { timed, type TimedStep, underLoadReportOn } from '../under-load.ts';
import { commitBeforeLastMigration, layOut } from './old-release.ts';

interface UpgradePlan {
  /** `null`: the commit before the last change of the tables. */
  readonly from: string | null;
  readonly seed: number;
}

const processCount = 2;
const steadyMs = 3_000;
const recoveryMsMax = 10_000;

/** Puts a load on an earlier Holdfast, and replaces it by this one meanwhile. */
export async function runUpgrade({ from, seed }: UpgradePlan, watching: Watching) {
  const { steps } = watching;
  await using started = new AsyncDisposableStack();
  const directory = await makeTemporaryDirectory();
  started.defer(() => rm(directory, { recursive: true, force: true }));
  const commit = from ?? (await commitBeforeLastMigration());
  const old = await steps.step(`The sources of ${commit.slice(0, 9)} are laid out`, () =>
    layOut(commit, join(directory, 'old')),
  );
  const services = await steps.step('PostgreSQL and Redis are up', () =>
    startServices({ directory: null }),
  );
  started.defer(() => services.stop());
  const { apiEntry, workerEntry } = old;
  const release = { apiEntry, workerEntry, env: {} };
  const migrate = (databaseUrl: string) => old.migrate(databaseUrl);
  const plan = {
    ...ordinaryStack,
    processCount,
    redis: 'required',
    steps,
    release,
    migrate,
  } as const;
  const stack = started.use(await startStackOn(services, plan));
  const changed: TimedStep[] = [];
  const found: { applied: readonly string[] } = { applied: [] };
  const fault: Fault = {
    name: 'upgrade',
    title: 'The tables are migrated, and the processes replaced one by one',
    holdsMs: 0,
    recoveryMsMax,
    inject: async () => {
      found.applied = await timed(changed, 'the migration, while the old ones run', () =>
        migrateByCommand(stack.databaseUrl, null),
      );
      Object.assign(release, ordinaryStack.release);
      await timed(changed, 'the processes, one after the other', () =>
        roll([...stack.apis, stack.worker]),
      );
    },
    heal: async () => {},
  };
  const detailed = await runFault(stack, { fault, seed, steadyMs }, watching);
  const report = underLoadReportOn(detailed, changed);
  const isSame = found.applied.length === 0 && from === null;
  const reasons = isSame
    ? [...report.reasons, 'No migration ran, so none was tried.']
    : report.reasons;
  const verdict = reasons.length === 0 ? ('pass' as const) : ('fail' as const);
  return { ...report, from: commit, migrations: found.applied, verdict, reasons };
}
