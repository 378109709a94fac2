import { randomInt } from 'node:crypto';
import { wholeNumber } from '@holdfast/cli/parts';
import { Option } from 'commander';
import { rehearsalCommand } from '../rehearsal.ts';
import { underLoadText } from '../under-load.ts';
import { runRotate } from './run-rotate.ts';

const seedMax = 999_999_999;

const about = `
Starts PostgreSQL, Redis, the api (two processes) and the worker, and puts a load
on them. Then it changes every secret as docs/runbook.md says, one process after
the other: AUTH_SECRET (the old one stays as AUTH_SECRET_PREVIOUS), ADMIN_TOKEN,
the password of PostgreSQL, by a second role that gets the same rights, and that of
Redis, by a second user whose URL stands in a file (REDIS_URL_FILE). In the end the
old secret, the old token, the old role and the old password count for nothing.

It passes if no call failed, nothing was lost, the new secrets work and the old
ones do not.

Examples:
  pnpm rehearse rotate`;

/** `pnpm rehearse rotate` */
export const rotate = () =>
  rehearsalCommand<{ readonly seed?: number }>({
    name: 'rotate',
    title: 'Change every secret under load, without a failed call',
    about,
    options: [
      new Option('--seed <n>', 'repeats the choices of the load').argParser(
        wholeNumber(0, seedMax),
      ),
    ],
    programs: () => [],
    minutesMax: () => 6,
    run: async ({ seed = randomInt(seedMax) }, watching) => {
      const report = await runRotate(seed, watching);
      return { report, text: (layout) => underLoadText(report, layout) };
    },
  });
