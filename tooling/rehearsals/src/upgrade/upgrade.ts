import { randomInt } from 'node:crypto';
import { wholeNumber } from '@holdfast/cli/parts';
import { Option } from 'commander';
import { rehearsalCommand } from '../rehearsal.ts';
import { underLoadText } from '../under-load.ts';
import { runUpgrade } from './run-upgrade.ts';

interface UpgradeOptions {
  readonly from?: string;
  readonly seed?: number;
}

const seedMax = 999_999_999;

const about = `
Starts PostgreSQL, Redis, and the api (two processes) and the worker of an earlier
commit, on the tables as that commit makes them, and puts a load on them. Then it
does what docs/runbook.md says: migrates while they run, and replaces one process
after the other, so that old and new ones work beside each other.

The earlier commit is the one before the last change of the tables, unless --from
names another; it runs with the packages that are installed now.

It passes if no call failed, and nothing was lost.

Examples:
  pnpm rehearse upgrade
  pnpm rehearse upgrade --from HEAD~50`;

/** `pnpm rehearse upgrade` */
export const upgrade = () =>
  rehearsalCommand<UpgradeOptions>({
    name: 'upgrade',
    title: 'Replace an earlier Holdfast by this one under load, without a failed call',
    about,
    options: [
      new Option('--from <commit>', 'the earlier one'),
      new Option('--seed <n>', 'repeats the choices of the load').argParser(
        wholeNumber(0, seedMax),
      ),
    ],
    programs: () => [{ name: 'git', debianPackage: 'git' }],
    minutesMax: () => 6,
    run: async ({ from, seed = randomInt(seedMax) }, watching) => {
      const report = await runUpgrade({ from: from ?? null, seed }, watching);
      return { report, text: (layout) => underLoadText(report, layout) };
    },
  });
