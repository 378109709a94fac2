import { readFile } from 'node:fs/promises';
import { type RunResult, run } from './run.ts';

/**
 * How to run a program that refuses to run as root, as PostgreSQL does.
 * - `none`: we are not root, nothing to do.
 * - `user-map`: in a user namespace where our own user is called nobody. Files stay ours, and
 *   folders that only root may enter still work.
 * - `nobody`: as the real user nobody, who must be given the files first.
 */
export type Disguise =
  | { readonly way: 'none' }
  | { readonly way: 'user-map' }
  | { readonly way: 'nobody'; readonly uid: number; readonly gid: number };

const nobody = 65_534;

/** What goes before a program's own command line to run it in a user map. */
export const userMapPrefix = [
  'unshare',
  '--user',
  `--map-user=${nobody}`,
  `--map-group=${nobody}`,
  '--',
] as const;

/** The best disguise that this machine allows. */
export async function chooseDisguise(): Promise<Disguise> {
  if (process.getuid?.() !== 0) return { way: 'none' };
  const { succeeded } = await runDisguised({ way: 'user-map' }, 'true', []);
  if (succeeded) return { way: 'user-map' };
  return { way: 'nobody', ...(await findNobody()) };
}

/** Run a program to its end in that disguise. Never throws (see `run`). */
export function runDisguised(
  disguise: Disguise,
  program: string,
  args: readonly string[],
): Promise<RunResult> {
  switch (disguise.way) {
    case 'none':
      return run(program, args);
    case 'user-map': {
      const [unshare, ...mapping] = userMapPrefix;
      return run(unshare, [...mapping, program, ...args]);
    }
    case 'nobody':
      // Nobody may not be allowed into our working directory.
      return run(program, args, { uid: disguise.uid, gid: disguise.gid, cwd: '/' });
  }
}

async function findNobody(): Promise<{ uid: number; gid: number }> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const line = passwd.split('\n').find((entry) => entry.startsWith('nobody:'));
  const [, , uid, gid] = (line ?? '').split(':').map(Number);
  return { uid: uid ?? nobody, gid: gid ?? nobody };
}
