import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { childEnv, UsageError } from '@holdfast/command';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const run = promisify(execFile);
const migrations = 'packages/data/src/schema/migrations/Migration*.ts';
const workspaces = ['packages', 'apps', 'tooling', 'examples'];
const outputBytesMax = 200_000_000;
const migrateTimeoutMs = 60_000;

/** The sources of an earlier commit, which run with what is installed now. */
export interface OldRelease {
  readonly commit: string;
  readonly apiEntry: string;
  readonly workerEntry: string;
  /** Brings an empty database to the schema of that commit. */
  migrate(databaseUrl: string): Promise<void>;
}

/** The commit before the newest migration came: the last one whose schema differs from ours. */
export async function commitBeforeLastMigration(): Promise<string> {
  try {
    const lastAdded = ['log', '-1', '--diff-filter=A', '--format=%H', '--', migrations];
    const { stdout } = await run('git', lastAdded, { cwd: root });
    const { stdout: before } = await run('git', ['rev-parse', `${stdout.trim()}^`], { cwd: root });
    return before.trim();
  } catch (error) {
    throw new UsageError(
      `There is no earlier commit to be found here (${String(error).split('\n', 1)[0]}). It needs a clone with history: git fetch --unshallow.`,
    );
  }
}

/** Lays out a commit in an empty folder, with links to the packages that are installed here. */
export async function layOut(commit: string, folder: string): Promise<OldRelease> {
  await mkdir(folder, { recursive: true });
  const archive = join(folder, 'archive.tar');
  await run('git', ['archive', `--output=${archive}`, commit], { cwd: root }).catch(() => {
    throw new UsageError(`There is no commit ${commit} here.`);
  });
  await run('tar', ['-xf', archive, '-C', folder], { maxBuffer: outputBytesMax });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const workspace of workspaces) {
    for (const name of await readdir(join(folder, workspace))) {
      const from = join(root, workspace, name, 'node_modules');
      // The links in it lead to neighbours of the folder that they are in, so they lead to the old ones there.
      await cp(from, join(folder, workspace, name, 'node_modules'), {
        recursive: true,
        verbatimSymlinks: true,
      }).catch(() => {});
    }
  }
  return {
    commit,
    apiEntry: join(folder, 'apps/api/src/main.ts'),
    workerEntry: join(folder, 'apps/worker/src/main.ts'),
    async migrate(databaseUrl) {
      const cli = join(folder, 'tooling/cli/main.js');
      const env = childEnv({ DATABASE_URL: databaseUrl });
      await run(process.execPath, [cli, 'migrate'], {
        cwd: folder,
        env,
        timeout: migrateTimeoutMs,
      });
    },
  };
}
