import { randomBytes } from 'node:crypto';
import { AdmissionUnavailable, connectRedis, openAdmission, waitUntilReady } from '@holdfast/redis';
import { freshDatabase, freshPrefix, providedServices, redisFlavours } from '@holdfast/testing';
import { type AclUser, documentedRules } from '@holdfast/testing/documented-acl';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Restartable } from '../src/stack/restartable.ts';
import { readEnv } from '../src/env.ts';
import { runCrowd } from '../src/load/storm.ts';
import {
  adminUrlOf,
  type Grounds,
  startApis,
  startWorker,
  urlOf,
} from '../src/stack/api-and-worker.ts';
import { ordinaryStack } from '../src/stack/stack.ts';
import { migrateAt } from '../src/servers/migrate.ts';
import { withRedis } from '../src/servers/redis.ts';
import { messageOf, silentSteps } from '@holdfast/command';
import { newSecret } from '../src/stack/secret.ts';
import { runningTarget, type Target } from '../src/load/target.ts';
import { runTrial, type TrialPlan } from '../src/judge/trial.ts';
import { withDatabase } from '../src/servers/database.ts';
import { makeUser } from './acl.ts';
import { runCommand } from './command.ts';

/** A migrated database, as its owner and as the role that api and worker have. */
async function databaseWithRole() {
  const ownerUrl = await freshDatabase();
  const [name, password] = [`app_${randomBytes(8).toString('hex')}`, 'of-the-app'];
  await migrateAt(ownerUrl, { role: { name, password }, isDistributed: false });
  onTestFinished(() =>
    withDatabase({ url: ownerUrl }, async ({ pool }) => {
      await pool.query(`drop owned by ${name}; drop role ${name}`);
    }),
  );
  const appUrl = Object.assign(new URL(ownerUrl), { username: name, password }).href;
  return { ownerUrl, appUrl, name };
}

/** Who is connected to a database, but for who asks. */
async function rolesAt(ownerUrl: string): Promise<readonly string[]> {
  return await withDatabase({ url: ownerUrl }, async ({ pool }) => {
    const { rows } = await pool.query<{ usename: string }>(`
      select distinct usename from pg_stat_activity
      where datname = current_database() and backend_type = 'client backend'
        and application_name <> 'holdfast'`);
    return rows.map(({ usename }) => usename);
  });
}

interface Urls {
  readonly api: string | null;
  readonly worker: string | null;
}

/** Api and worker on these, a crowd against them, and the audit. */
async function sellOut(databaseUrl: string, redis: Urls, redisPrefix: string) {
  const shared = {
    databaseUrl,
    redisPrefix,
    authSecret: newSecret(),
    adminToken: newSecret(),
    door: null,
    onLogLine: () => {},
    hosts: null,
    release: ordinaryStack.release,
  };
  const groundsOf = (redisUrl: string | null): Grounds => ({ ...shared, redisUrl });
  const started = new AsyncDisposableStack();
  onTestFinished(() => started.disposeAsync());
  const plan = { processCount: 1, port: 0, sharesPort: false, hasPages: false, poolSize: null };
  const [api] = await startApis(groundsOf(redis.api), plan, started);
  const worker = await startWorker(groundsOf(redis.worker));
  started.defer(() => worker.stop());
  if (api === undefined) throw new Error('There is one.');
  const env = { AUTH_SECRET: shared.authSecret, DATABASE_URL: databaseUrl };
  const args = ['stress', '--url', urlOf(api.child), '--users', '300', '--seats', '200', '--json'];
  const { exitCode, stdout, stderr } = await runCommand(args, env);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  expect(JSON.parse(stdout)).toMatchObject({ confirmed: 200, refused: 100, verdict: 'pass' });
  await demonstrate(runningTarget(urlOf(api.child), readEnv(env)));
  expect(await runCommand(['audit'], env)).toMatchObject({ exitCode: 0 });
  return { api, worker, adminToken: shared.adminToken };
}

/** What `demo` does: each user reserves and confirms, through the client. */
async function demonstrate(target: Target): Promise<void> {
  const plan: TrialPlan = {
    mode: 'client',
    userCount: 60,
    seatCount: 40,
    drive: runCrowd,
    asksAgain: false,
    allowErrors: false,
  };
  const { signal: stop } = new AbortController();
  const { report } = await runTrial(target, plan, { steps: silentSteps, stop });
  expect(report).toMatchObject({ confirmed: 40, refused: 20, errors: 0, verdict: 'pass' });
}

/** The health of a worker, and that its queue can be looked at. */
async function expectAtWork({ worker, adminToken }: { worker: Restartable; adminToken: string }) {
  const ask = (path: string) =>
    fetch(`${adminUrlOf(worker.child)}${path}`, {
      headers: { authorization: `Bearer ${adminToken}` },
    });
  await expect.poll(async () => (await ask('/health/ready')).status, { timeout: 20_000 }).toBe(200);
  const queues = await ask(
    '/queues/api/queues?activeQueue=jobs&status=completed&page=1&jobsPerPage=10',
  );
  expect(await queues.json()).toMatchObject({ queues: [{ name: 'jobs' }] });
  const failed = /job_runs_total\{job="([\w-]+)",result="failed"/.exec(
    await (await ask('/metrics')).text(),
  );
  expect(failed).toBeNull();
}

describe.each(redisFlavours())(
  'with the rights that docs/operations.md lists, on $name,',
  ({ url }) => {
    test('api and worker sell out, and Redis has refused them nothing', async () => {
      const prefix = freshPrefix();
      const { ownerUrl, appUrl, name } = await databaseWithRole();
      const make = (user: AclUser) => makeUser(url, { rules: documentedRules(user), prefix });
      await using api = await make('holdfast_api');
      await using worker = await make('holdfast_worker');
      const running = await sellOut(appUrl, { api: api.url, worker: worker.url }, prefix);
      expect(await rolesAt(ownerUrl)).toEqual([name]);
      await expectAtWork(running);
      expect([...(await api.refusals()), ...(await worker.refusals())]).toEqual([]);
    });

    test.each(['holdfast_api', 'holdfast_worker'] as const)(
      '%s can do all that admission does',
      async (user) => {
        const prefix = freshPrefix();
        await using own = await makeUser(url, { rules: documentedRules(user), prefix });
        const redis = connectRedis(own.url, 'admission');
        const admission = openAdmission({ redis, prefix, timeoutMs: 2_000 });
        await waitUntilReady(redis, 10_000);
        const eventId = crypto.randomUUID();
        const standing = {
          version: 1,
          availableSeats: 1,
          quantityPerBookingMax: 4,
          refusableForMs: 1_000,
        };
        const { asOfMs } = await admission.ask(eventId, 'a');
        await admission.settle(eventId, { standing, asOfMs, fence: 'a' });
        expect((await admission.ask(eventId, null)).certainty).toBe('certain');
        expect((await admission.inspect([eventId])).size).toBe(1);
        expect(await admission.now()).toBeGreaterThan(0);
        if (user === 'holdfast_worker') await admission.forget(eventId);
        await admission.close();
        expect(await own.refusals()).toEqual([]);
      },
    );

    test.each(['holdfast_api', 'holdfast_worker'] as const)(
      '%s can do nothing else',
      async (user) => {
        const prefix = freshPrefix();
        await using own = await makeUser(url, { rules: documentedRules(user), prefix });
        const refused = [
          ['flushall'],
          ['flushdb'],
          ['keys', '*'],
          ['config', 'get', '*'],
          ['acl', 'whoami'],
          ['client', 'list'],
          ['script', 'flush'],
          ['shutdown'],
          ['publish', 'a', 'b'],
          ['get', 'somebody'],
          ['set', 'somebody', '1'],
          ['eval', "return redis.call('get', KEYS[1])", '1', 'somebody'],
        ];
        const answers = await withRedis(own.url, async ([redis]) => {
          const ask = ([name = '', ...args]: string[]) => redis.call(name, ...args);
          return await Promise.all(refused.map((words) => ask(words).catch(messageOf)));
        });
        const isRefusal = (answer: unknown) => /NOPERM|ACL failure/i.test(String(answer));
        expect(answers.filter((answer) => !isRefusal(answer))).toEqual([]);
        expect((await own.refusals()).length).toBeGreaterThan(0);
      },
    );
  },
);

test('a right that is missing is found: Redis says which it refused', async () => {
  const prefix = freshPrefix();
  const rules = documentedRules('holdfast_api').filter((rule) => rule !== '+hset');
  const { redisUrl } = providedServices();
  await using own = await makeUser(redisUrl, { rules, prefix });
  const redis = connectRedis(own.url, 'admission');
  await waitUntilReady(redis, 10_000);
  const admission = openAdmission({ redis, prefix, timeoutMs: 2_000 });
  await expect(admission.ask(crypto.randomUUID(), 'a')).rejects.toThrow(AdmissionUnavailable);
  await admission.close();
  expect(await own.refusals()).toEqual(['command: hset']);
});

test('without Redis, api and worker do with the role alone, and the queue is in PostgreSQL', async () => {
  const { ownerUrl, appUrl, name } = await databaseWithRole();
  const running = await sellOut(appUrl, { api: null, worker: null }, 'unused');
  expect(await rolesAt(ownerUrl)).toEqual([name]);
  await expectAtWork(running);
});
