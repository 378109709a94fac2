import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Fault,
  newSecret,
  ordinaryStack,
  runFault,
  type Scene,
  type Stack,
  startStackOn,
} from '@holdfast/cli/parts';
import { tokenMint } from '@holdfast/command';
import { makeTemporaryDirectory, queryOnce, startServices } from '@holdfast/services';
import { migrateByCommand } from '../migrate-by-command.ts';
import type { Watching } from '../rehearsal.ts';
import { roll } from '../roll.ts';
import { timed, type TimedStep, underLoadReportOn } from '../under-load.ts';
import { type RedisPassword, redisPasswordOf } from './redis-password.ts';

const processCount = 2;
const steadyMs = 3_000;
/** From the end of the last change on. */
const recoveryMsMax = 10_000;

/** The load takes most of this process. */
const connectTimeoutMs = 30_000;

const unauthorized = 401;

/** What the processes are told now. */
interface Secrets {
  env: Record<string, string | null>;
}

/** Changes every secret under load, and looks whether the new ones work and the old ones do not. */
export async function runRotate(seed: number, watching: Watching) {
  const { steps } = watching;
  await using started = new AsyncDisposableStack();
  const services = await steps.step('PostgreSQL and Redis are up', () =>
    startServices({ directory: null }),
  );
  started.defer(() => services.stop());
  const directory = await makeTemporaryDirectory();
  started.defer(() => rm(directory, { recursive: true, force: true }));
  const secrets: Secrets = { env: {} };
  const release = { ...ordinaryStack.release, env: secrets.env };
  const migrate = async (databaseUrl: string) => {
    secrets.env['DATABASE_URL'] = await roleOf(databaseUrl, 'holdfast_blue');
  };
  const plan = {
    ...ordinaryStack,
    processCount,
    redis: 'required',
    steps,
    release,
    migrate,
  } as const;
  const stack = started.use(await startStackOn(services, plan));
  // Whoever reads the metrics has to know the new token, too.
  const inside = { ...stack.inside, adminToken: stack.inside.adminToken };
  const changed: TimedStep[] = [];
  const urlFile = join(directory, 'redis_url');
  const redis = { urlFile, password: redisPasswordOf(stack, urlFile) };
  const fault = rotation({ secrets, inside, redis, changed });
  const detailed = await runFault({ ...stack, inside }, { fault, seed, steadyMs }, watching);
  return underLoadReportOn(detailed, changed);
}

/** Makes a role with just the rights that api and worker need. Answers the URL by which it connects. */
async function roleOf(databaseUrl: string, name: string): Promise<string> {
  const password = newSecret();
  await migrateByCommand(databaseUrl, { name, password });
  const url = new URL(databaseUrl);
  url.username = name;
  url.password = password;
  return url.href;
}

interface Rotation {
  readonly secrets: Secrets;
  readonly inside: { adminToken: string };
  readonly redis: { readonly urlFile: string; readonly password: RedisPassword };
  readonly changed: TimedStep[];
}

function rotation({ secrets: { env }, inside, redis, changed }: Rotation): Fault {
  const old = { adminToken: inside.adminToken, authSecret: '' };
  return {
    name: 'rotate',
    title: 'All secrets are changed, process by process',
    holdsMs: 0,
    recoveryMsMax,
    async inject(scene) {
      const { stack } = scene;
      old.authSecret = stack.authSecret;
      await timed(changed, 'AUTH_SECRET, the old one as AUTH_SECRET_PREVIOUS', async () => {
        Object.assign(env, { AUTH_SECRET: newSecret(), AUTH_SECRET_PREVIOUS: stack.authSecret });
        await roll(stack.apis);
      });
      await timed(changed, 'ADMIN_TOKEN', async () => {
        env['ADMIN_TOKEN'] = newSecret();
        // Between the two nobody looks.
        inside.adminToken = env['ADMIN_TOKEN'];
        await roll([...stack.apis, stack.worker]);
      });
      await timed(changed, 'the password of PostgreSQL, by a second role', async () => {
        env['DATABASE_URL'] = await roleOf(stack.databaseUrl, 'holdfast_green');
        await roll([...stack.apis, stack.worker]);
        await queryOnce(stack.databaseUrl, 'alter role holdfast_blue nologin', {
          connectTimeoutMs,
        });
      });
      await timed(changed, 'the password of Redis, by a second user and a file', async () => {
        await redis.password.makeSecondUser();
        Object.assign(env, { REDIS_URL: null, REDIS_URL_FILE: redis.urlFile });
        await roll([...stack.apis, stack.worker]);
        await redis.password.endOld();
      });
    },
    heal: async () => {},
    alsoHolds: async (scene) => [
      ...(await flawsOf(scene, { env, old, inside })),
      ...(await redis.password.flaws()),
    ],
  };
}

interface Known {
  readonly env: Readonly<Record<string, string | null>>;
  readonly old: { readonly adminToken: string; readonly authSecret: string };
  readonly inside: { readonly adminToken: string };
}

/** A sentence for each secret that counts and should not, or the other way round. The load is over. */
async function flawsOf({ stack }: Scene, { env, old, inside }: Known): Promise<readonly string[]> {
  const fresh = env['AUTH_SECRET'] ?? '';
  const statuses = {
    newToken: await statusOf(stack, fresh),
    oldToken: await statusOf(stack, old.authSecret),
    newAdmin: await adminStatusOf(stack, inside.adminToken),
    oldAdmin: await adminStatusOf(stack, old.adminToken),
  };
  // The last token of the old secret has expired: it goes.
  Reflect.deleteProperty(env, 'AUTH_SECRET_PREVIOUS');
  await roll(stack.apis);
  const oldTokenThen = await statusOf(stack, old.authSecret);
  const newTokenThen = await statusOf(stack, fresh);
  const connected = await countConnections(stack, 'holdfast_blue');
  const said: readonly (readonly [boolean, string])[] = [
    [statuses.newToken !== 200, `A token of the new secret: ${statuses.newToken}.`],
    [
      statuses.oldToken !== 200,
      `A token of the old secret, while it is the previous one: ${statuses.oldToken}.`,
    ],
    [statuses.newAdmin !== 200, `The new ADMIN_TOKEN: ${statuses.newAdmin}.`],
    [statuses.oldAdmin !== unauthorized, `The old ADMIN_TOKEN: ${statuses.oldAdmin}.`],
    [oldTokenThen !== unauthorized, `A token of the old secret after its time: ${oldTokenThen}.`],
    [newTokenThen !== 200, `A token of the new secret afterwards: ${newTokenThen}.`],
    [connected !== 0, `Connections of the old role: ${connected}.`],
  ];
  return said.flatMap(([isSo, flaw]) => (isSo ? [flaw] : []));
}

async function statusOf({ url, tokens }: Stack, secret: string): Promise<number> {
  const mint = tokenMint({ ...tokens, secret });
  const token = mint({ userId: 'ann', role: 'user', expiresInSeconds: 60 });
  const headers = { authorization: `Bearer ${token}` };
  return (await fetch(`${url}/trpc/booking.mine?input={}`, { headers })).status;
}

async function adminStatusOf({ inside }: Stack, token: string): Promise<number> {
  const [url = ''] = inside.apiAdminUrls();
  const headers = { authorization: `Bearer ${token}` };
  return (await fetch(`${url}/metrics`, { headers })).status;
}

async function countConnections({ databaseUrl }: Stack, role: string): Promise<number> {
  const { rows } = await queryOnce(
    databaseUrl,
    'select count(*)::int as count from pg_stat_activity where usename = $1',
    { values: [role], connectTimeoutMs },
  );
  const [row]: readonly { count?: number }[] = rows;
  return row?.count ?? -1;
}
