import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { apiNodeFlags } from '@holdfast/command';
import { findFreePort, type Services, startServices } from '@holdfast/services';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { readCompose, type Service } from './compose.ts';
import { type Engine, startEngine } from './contained.ts';
import { readDockerIgnore } from './docker-ignore.ts';
import { buildImage, copyContext, type Image, repositoryRoot } from './image.ts';
import { environmentOf, podOf } from './manifests.ts';
import { type MountedSecrets, mountSecrets } from './mounted-secrets.ts';

let image: Image;
let engine: Engine;
beforeAll(async () => {
  image = await buildImage();
  engine = await startEngine(image);
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  await image[Symbol.asyncDispose]();
});

async function filesIn(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name).slice(directory.length + 1));
}

test('the image runs an api, told to use its memory as `start` tells it', () => {
  expect(image.command).toEqual(['node', ...apiNodeFlags, 'apps/api/main.js']);
});

test('the image has the sources, and neither tests nor anything that is hidden', async () => {
  const files = (await filesIn(image.workDirectory)).filter(
    (path) => !path.includes('node_modules/'),
  );
  expect(files).toEqual(
    expect.arrayContaining([
      'apps/api/main.js',
      'apps/api/src/main.ts',
      'apps/web/dist/index.html',
      'apps/worker/src/main.ts',
      'packages/redis/src/lua/ask-1.lua',
      'packages/process/src/secrets.ts',
      'packages/process/require-node-24.js',
      'tooling/cli/main.js',
      'pnpm-lock.yaml',
    ]),
  );
  const folders = new Set(files.map((path) => path.split('/')[0]));
  const wanted = [
    'LICENSE',
    'apps',
    'package.json',
    'packages',
    'pnpm-lock.yaml',
    'pnpm-workspace.yaml',
    'tooling',
  ];
  expect(folders).toEqual(new Set(wanted));
  expect(files.filter((path) => /(^|\/)(\.|test\/)|\.test\.ts$/.test(path))).toEqual([]);
});

describe('what may hold a secret stays out of the image', () => {
  const planted = [
    '.env',
    '.env.production',
    'prod.env',
    'apps/api/.env',
    'apps/api/.env.local',
    'apps/worker/src/.env.test',
    'packages/data/staging.env',
    '.npmrc',
    'apps/api/.npmrc',
    '.netrc',
    '.git/config',
    '.holdfast/auth-secret',
    'tooling/cli/.holdfast/postgres/password',
    '.ssh/id_ed25519',
    'packages/client/id_rsa',
    'server.pem',
    'apps/api/certs/server.pem',
    'apps/api/certs/server.key',
    'apps/api/certs/ca.crt',
    'apps/api/keystore.p12',
    'packages/data/backup.sql',
    'packages/data/backup.dump',
    'apps/api/dist/main.js',
    'node_modules/a/index.js',
    'apps/api/node_modules/a/index.js',
    'apps/api/npm-debug.log',
    'coverage/index.html',
    'docker-compose.override.yml',
    'notes.txt',
    'backup/dump.tar',
  ];
  const wanted = ['package.json', 'apps/api/src/env.ts', 'packages/data/src/key.ts'];

  async function contextWith(ignore: string): Promise<readonly string[]> {
    const directory = await mkdtemp(join(tmpdir(), 'holdfast-context-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const [from, to] = [join(directory, 'from'), join(directory, 'to')];
    for (const path of [...planted, ...wanted]) {
      await mkdir(dirname(join(from, path)), { recursive: true });
      await writeFile(join(from, path), 'canary');
    }
    await copyContext(from, to, readDockerIgnore(ignore));
    return await filesIn(to);
  }

  test('though it lies in the repository', async () => {
    const ours = await readFile(join(repositoryRoot, '.dockerignore'), 'utf8');
    expect((await contextWith(ours)).toSorted()).toEqual(wanted.toSorted());
  });

  test('and a list of what to leave out is not enough, as the one before it was', async () => {
    const before = '.git\n.holdfast\n.turbo\n**/node_modules\n**/dist\n';
    expect(await contextWith(before)).toEqual(
      expect.arrayContaining(['.env', 'apps/api/.env', '.npmrc', 'server.pem', 'backup/dump.tar']),
    );
  });
});

test('its user is a number other than 0, and it has no package manager', async () => {
  expect(image.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  expect((await readdir(join(image.root, 'usr/local/bin'))).toSorted()).toEqual([
    'holdfast',
    'node',
  ]);
});

describe('as docker-compose.yml has it, for a user who may write nothing', () => {
  const { services: composed } = readCompose({});
  let servers: Services;
  let mounted: MountedSecrets;
  let ports: { readonly api: number; readonly admin: number };
  beforeAll(async () => {
    servers = await ownServers();
    mounted = await mountSecrets(servers);
    ports = { api: await findFreePort(), admin: await findFreePort() };
  });
  afterAll(async () => {
    await mounted[Symbol.asyncDispose]();
    await servers.stop();
  });

  /** Its environment, with its secrets where they are on this machine. */
  function envOf(environment: Readonly<Record<string, string | number>>): Record<string, string> {
    const here = Object.entries(environment).map(([name, value]) => [
      name,
      String(value).replace('/run/secrets', mounted.directory),
    ]);
    return Object.fromEntries(here);
  }

  const run = (service: Service, command = service.command ?? [], more = {}) =>
    engine.run(command, { ...envOf(service.environment ?? {}), ...more });

  /** What the service's own health check says, at the port that it has here. */
  async function isHealthy({ healthcheck }: Service): Promise<boolean> {
    const [, ...command] = healthcheck?.test ?? [];
    const here = command.map((text) =>
      text.replace(':3000', `:${ports.api}`).replace(':9100', `:${ports.admin}`),
    );
    return (await engine.run(here, {}).exited) === 0;
  }

  const becomesHealthy = (service: Service) =>
    expect.poll(() => isHealthy(service), { timeout: 80_000, interval: 500 }).toBe(true);

  test('it migrates, sells, audits and mints tokens, and changes no file of its own', async () => {
    const before = await filesIn(image.root);
    const migrated = run(composed.migrate);
    expect({ code: await migrated.exited, output: migrated.output() }).toMatchObject({ code: 0 });
    expect(migrated.output()).toContain('holdfast_app may read and write, and change no table.');

    const api = run(composed.api, undefined, { PORT: ports.api });
    const worker = run(composed.worker, undefined, { ADMIN_PORT: ports.admin });
    await becomesHealthy(composed.api);
    await becomesHealthy(composed.worker);
    // A container is reached at an address of its own, never at 127.0.0.1.
    expect(image.env['HOST']).toBe('0.0.0.0');
    // Only Linux has more than one address of its own by itself.
    const elsewhere = process.platform === 'linux' ? '127.0.0.2' : '127.0.0.1';
    expect((await fetch(`http://${elsewhere}:${ports.api}/trpc/health.ready`)).status).toBe(200);

    const token = run(composed.api, ['holdfast', 'token', '--role', 'organizer']);
    expect(await token.exited).toBe(0);
    expect(await sell(token.output().trim())).toMatchObject({ status: 'accepted' });
    const audited = run(composed.api, ['holdfast', 'audit']);
    expect({ code: await audited.exited, output: audited.output() }).toMatchObject({ code: 0 });
    expect(audited.output()).toContain('1 event of');

    const files = await filesIn(image.root);
    expect(files).toEqual(before);
    worker.child.kill('SIGTERM');
    api.child.kill('SIGTERM');
    expect([await api.exited, await worker.exited]).toEqual([0, 0]);
    expect(troubleIn(api.output() + worker.output())).toEqual([]);
    for (const secret of mounted.contents)
      expect(api.output() + worker.output()).not.toContain(secret);
  }, 240_000);

  /** Warnings and errors, but for a database that was too slow to let somebody in: this machine is busy. */
  function troubleIn(output: string): readonly string[] {
    const lines = output.split('\n').filter((line) => /"level":[456]0/.test(line));
    return lines.filter((line) => !/DatabaseUnavailable|timeout expired/.test(line));
  }

  async function sell(token: string): Promise<unknown> {
    const body = {
      eventId: crypto.randomUUID(),
      title: 'A concert',
      date: '2030-01-01T00:00:00.000Z',
      seatCount: 10,
    };
    const answer = await fetch(`http://127.0.0.1:${ports.api}/trpc/event.create`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const { result } = (await answer.json()) as { result?: { data?: unknown } };
    return result?.data;
  }

  test('the pods of deploy/kubernetes start with what their manifests say, and pass their probes', async () => {
    const admin = { api: await findFreePort(), worker: await findFreePort() };
    const start = (name: 'api' | 'worker') => {
      const [container] = podOf('Deployment', `holdfast-${name}`).containers;
      const { DATABASE_URL_FILE = '', ...environment } = envOf(environmentOf(container));
      const own = {
        ...environment,
        PORT: ports.api,
        ADMIN_PORT: admin[name],
        ADMIN_HOST: '127.0.0.1',
      };
      const url = DATABASE_URL_FILE.replace(/database_url$/, 'app_database_url');
      return {
        process: engine.run(container.args, { ...own, DATABASE_URL_FILE: url }),
        probe: container.readinessProbe?.httpGet.path,
      };
    };
    const [api, worker] = [start('api'), start('worker')];
    const asked = [`${ports.api}${api.probe}`, `${admin.worker}${worker.probe}`];
    const answers = () =>
      Promise.all(
        asked.map((path) =>
          fetch(`http://127.0.0.1:${path}`).then(
            ({ ok }) => ok,
            () => false,
          ),
        ),
      );
    await expect.poll(answers, { timeout: 80_000, interval: 500 }).toEqual([true, true]);
    for (const { process: running } of [api, worker]) running.child.kill('SIGKILL');
    await Promise.all([api.process.exited, worker.process.exited]);
  }, 120_000);

  test('a health check says no where nobody answers', async () => {
    expect([await isHealthy(composed.api), await isHealthy(composed.worker)]).toEqual([
      false,
      false,
    ]);
  });

  test('it says what is missing without a setting, and writes nothing', async () => {
    const commands = [['holdfast', 'audit'], ['holdfast', 'token'], composed.worker.command ?? []];
    const ended = await Promise.all(
      commands.map(async (command) => {
        const process = engine.run(command, {});
        return { code: await process.exited, output: process.output() };
      }),
    );
    for (const { code, output } of ended) {
      expect(code).toBeGreaterThan(0);
      expect(output).toMatch(/Set (DATABASE_URL|AUTH_SECRET|it)/);
    }
  });

  test('a secret that is not mounted, or that its user may not read, is named', async () => {
    const closed = join(mounted.directory, 'closed');
    await writeFile(closed, 'canary', { mode: 0o000 });
    const wanted = { DATABASE_URL_FILE: join(mounted.directory, 'none'), ADMIN_TOKEN_FILE: closed };
    const worker = engine.run(composed.worker.command ?? [], { ...wanted, ADMIN_PORT: 0 });
    expect(await worker.exited).toBe(1);
    expect(worker.output()).toMatch(/DATABASE_URL_FILE names \S+, which is not there\. Mount it/);
    expect(worker.output()).toMatch(
      /ADMIN_TOKEN_FILE names \S+, which the user of this process may not/,
    );
    const audit = engine.run(['holdfast', 'audit'], { DATABASE_URL_FILE: closed });
    expect(await audit.exited).toBe(2);
    expect(audit.output()).toContain('which the user of this process may not read.');
  });
});

/** PostgreSQL and Redis of this file's own: their roles and users are for the whole server. */
async function ownServers(): Promise<Services> {
  for (const name of ['DATABASE_URL', 'REDIS_URL']) vi.stubEnv(name, undefined);
  try {
    return await startServices({ directory: null });
  } finally {
    vi.unstubAllEnvs();
  }
}
