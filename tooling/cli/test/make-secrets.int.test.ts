import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCompose } from './compose.ts';
import { makeSecrets, redisUserAfter } from './mounted-secrets.ts';

let own: string;
beforeAll(async () => {
  own = await mkdtemp(join(tmpdir(), 'holdfast-make-secrets-'));
});
afterAll(() => rm(own, { recursive: true, force: true }));

async function contentsOf(directory: string): Promise<Record<string, string>> {
  const names = (await readdir(directory)).toSorted();
  const texts = names.map(async (name) => [name, await readFile(join(directory, name), 'utf8')]);
  return Object.fromEntries(await Promise.all(texts));
}

test('it makes each secret that docker-compose.yml names, all different, for its owner and for containers', async () => {
  const directory = join(own, 'new');
  await makeSecrets(directory);
  const made = await contentsOf(directory);
  expect(Object.keys(made)).toEqual(Object.keys(readCompose({}).secrets).toSorted());
  const random = Object.values(made).map((text) => /[0-9a-f]{64}/.exec(text)?.[0]);
  // Three passwords stand in a URL as well.
  expect([...new Set(random)]).toHaveLength(random.length - 3);
  expect((await stat(directory)).mode & 0o777).toBe(0o700);
  expect((await stat(join(directory, 'auth_secret'))).mode & 0o777).toBe(0o444);
});

test('it makes what is missing, with the passwords that are there, and changes nothing', async () => {
  const directory = join(own, 'again');
  await makeSecrets(directory);
  const before = await contentsOf(directory);
  expect(await makeSecrets(directory)).toBe('');
  expect(await contentsOf(directory)).toEqual(before);
  await rm(join(directory, 'app_database_url'));
  await rm(join(directory, 'auth_secret'));
  await rm(join(directory, 'app_database_password'));
  await writeFile(join(directory, 'app_database_password'), 'own\n');
  await makeSecrets(directory);
  const after = await contentsOf(directory);
  const { app_database_url: url, auth_secret: secret, ...others } = after;
  expect(url).toBe('postgres://holdfast_app:own@postgres:5432/holdfast\n');
  expect(secret).not.toBe(before['auth_secret']);
  const { app_database_url: _, auth_secret: __, ...same } = before;
  expect(others).toEqual({ ...same, app_database_password: 'own\n' });
});

test('Redis starts with a password, or not at all', async () => {
  const directory = join(own, 'redis');
  await makeSecrets(directory);
  const password = (await readFile(join(directory, 'redis_password'), 'utf8')).trim();
  expect(await redisUserAfter(directory)).toContain(`>${password}`);
  await rm(join(directory, 'redis_password'));
  await expect(redisUserAfter(directory)).rejects.toThrow('No such file');
  await writeFile(join(directory, 'redis_password'), '');
  await expect(redisUserAfter(directory)).rejects.toThrow('Command failed');
});
