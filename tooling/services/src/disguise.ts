import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { serverEnv } from './env.ts';
import { type RunResult, run } from './run.ts';

/**
 * How to run a program that refuses to run as root, or as a user whom the system cannot name (as in
 * a container that is given any uid): PostgreSQL does both.
 * - `none`: nothing to do, or, for a user without a name, nothing that can be done.
 * - `user-map`: in a user namespace where our own user is called nobody. Files stay ours, and
 *   folders that only we may enter still work.
 * - `nobody`: as the real user nobody, who must be given the files first. Only root can do that.
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
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && hasUserName()) return { way: 'none' };
  const { succeeded } = await runDisguised({ way: 'user-map' }, 'true', []);
  if (succeeded) return { way: 'user-map' };
  return isRoot ? { way: 'nobody', ...(await findNobody()) } : { way: 'none' };
}

/** Can the system name the user who runs this? */
export function hasUserName(): boolean {
  try {
    return userInfo().username !== '';
  } catch {
    return false;
  }
}

/** Run a program to its end in that disguise, in a server's environment. Never throws (see `run`). */
export function runDisguised(
  disguise: Disguise,
  program: string,
  args: readonly string[],
): Promise<RunResult> {
  const env = serverEnv();
  switch (disguise.way) {
    case 'none':
      return run(program, args, { env });
    case 'user-map': {
      const [unshare, ...mapping] = userMapPrefix;
      return run(unshare, [...mapping, program, ...args], { env });
    }
    case 'nobody':
      // Nobody may not be allowed into our working directory.
      return run(program, args, { env, uid: disguise.uid, gid: disguise.gid, cwd: '/' });
  }
}

async function findNobody(): Promise<{ uid: number; gid: number }> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const line = passwd.split('\n').find((entry) => entry.startsWith('nobody:'));
  const [, , uid, gid] = (line ?? '').split(':').map(Number);
  return { uid: uid ?? nobody, gid: gid ?? nobody };
}
