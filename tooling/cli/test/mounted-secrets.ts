import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Services } from '@holdfast/services';
import { withRedis } from '../src/servers/redis.ts';
import { readCompose } from './compose.ts';
import { repositoryRoot } from './image.ts';

const runProgram = promisify(execFile);

/** A folder that stands for `/run/secrets`. */
export interface MountedSecrets extends AsyncDisposable {
  readonly directory: string;
  /** What stands in its files. */
  readonly contents: readonly string[];
}

/** Makes the secrets of docker-compose.yml as it says, in this folder. */
export async function makeSecrets(directory: string): Promise<string> {
  const script = join(repositoryRoot, 'deploy/make-secrets.sh');
  const { stdout } = await runProgram('sh', [script, directory]);
  return stdout;
}

/**
 * Makes secrets of which these servers know: the password of PostgreSQL's owner is the one that it has, and
 * Redis gets the user that its container's own command writes down. In URLs their containers' names
 * become addresses of this machine.
 */
export async function mountSecrets({ databaseUrl, redisUrl }: Services): Promise<MountedSecrets> {
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-mounted-'));
  const { password, username, pathname } = new URL(databaseUrl);
  if (username !== 'holdfast' || pathname !== '/holdfast') {
    throw new Error('docker-compose.yml names another owner, or another database.');
  }
  await writeFile(join(directory, 'postgres_password'), password);
  await makeSecrets(directory);
  const read = (name: string) => readFile(join(directory, name), 'utf8');
  const [, ...rules] = await redisUserAfter(directory);
  await withRedis(redisUrl, async ([redis]) => {
    await redis.call('ACL', 'SETUSER', ...rules);
  });
  // Docker mounts files, and not the folder that nobody else may enter.
  await chmod(directory, 0o755);
  const names = await readdir(directory);
  for (const name of names.filter((one) => one.endsWith('_url'))) {
    const text = (await read(name))
      .replace('postgres:5432', new URL(databaseUrl).host)
      .replace('redis:6379', new URL(redisUrl).host);
    await chmod(join(directory, name), 0o644);
    await writeFile(join(directory, name), text);
  }
  const contents = await Promise.all(names.map(async (name) => (await read(name)).trim()));
  return {
    directory,
    contents,
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}

/**
 * The words of Redis' one user, as the container's command writes them before it becomes Redis.
 *
 * @throws where that command fails
 */
export async function redisUserAfter(secrets: string): Promise<readonly string[]> {
  const own = await mkdtemp(join(tmpdir(), 'holdfast-redis-command-'));
  try {
    const [program = '', ...args] = readCompose({}).services.redis.command ?? [];
    const here = args.map((text) =>
      text
        .replaceAll('/tmp/', `${own}/`)
        .replaceAll('/run/secrets', secrets)
        .replace(/^exec .*$/m, ''),
    );
    await runProgram(program, here);
    const users = (await readFile(join(own, 'users.acl'), 'utf8')).trim().split('\n');
    if (users[0] !== 'user default off') throw new Error('Redis lets in who has no password.');
    return users.at(-1)?.trim().split(/\s+/) ?? [];
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}
