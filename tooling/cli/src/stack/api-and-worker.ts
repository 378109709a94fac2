import { apiNodeFlags } from '@holdfast/command';
import { type Host, thisHost } from '@holdfast/services';
import type { Door } from '../development/door.ts';
import type { LogListener } from './alarms.ts';
import { type Child, startChild } from './child.ts';
import { textMember } from '../json-object.ts';
import { type Restartable, startRestartable } from './restartable.ts';

/** Where the processes run, if not all of them here. */
export interface Hosts {
  /** One for each api process. */
  readonly apis: readonly Host[];
  readonly worker: Host;
}

export interface Grounds {
  readonly databaseUrl: string;
  readonly redisUrl: string | null;
  readonly authSecret: string;
  /** Opens the admin servers of the api and of the worker, on ports that they choose. */
  readonly adminToken: string;
  readonly redisPrefix: string;
  /** `null`: this is no development. */
  readonly door: Door | null;
  readonly onLogLine: LogListener;
  readonly hosts: Hosts | null;
  readonly release: Release;
}

/** What is started: the programs of one release, and what they are told beyond the usual. Asked for at each start. */
export interface Release {
  readonly apiEntry: string;
  readonly workerEntry: string;
  readonly env: Readonly<Record<string, string | null>>;
}

interface ApisPlan {
  readonly processCount: number;
  readonly port: number;
  /** All processes listen on that port, and the kernel spreads connections; else each on its own. */
  readonly sharesPort: boolean;
  readonly hasPages: boolean;
  /** Connections of each process's pool; `null`: as the environment says. */
  readonly poolSize: number | null;
  /** The database by each node of a cluster by which the processes enter it, in turn. Left out: as the worker does. */
  readonly entryUrls?: readonly string[];
}

/**
 * Starts the api processes, and waits until they listen. Throws ProcessFailed, with its log, where one
 * does not come up; `started` stops those that did, then as in the end.
 */
export async function startApis(
  grounds: Grounds,
  plan: ApisPlan,
  started: AsyncDisposableStack,
): Promise<readonly Restartable[]> {
  const { processCount, poolSize, entryUrls = [] } = plan;
  const entryOf = (index: number) => entryUrls[index % entryUrls.length] ?? grounds.databaseUrl;
  const sharesPort = plan.sharesPort && processCount > 1;
  const startOne = async (index: number, firstPort: number): Promise<Restartable> => {
    const host = grounds.hosts?.apis[index] ?? thisHost;
    const api = await startRestartable((before) =>
      startChild({
        name: processCount === 1 ? 'api' : `api ${index + 1}`,
        entry: grounds.release.apiEntry,
        nodeFlags: apiNodeFlags,
        enter: host.enter,
        readyMessage: 'listening',
        onLogLine: grounds.onLogLine,
        env: {
          ...commonEnv(grounds, host),
          DATABASE_URL: entryOf(index),
          HOST: host.address,
          // Others know the port of the process before.
          PORT: String(before === null ? firstPort : portOf(before)),
          PORT_SHARED: String(sharesPort),
          WEB: String(plan.hasPages),
          ...(poolSize === null ? {} : { DATABASE_POOL_SIZE: String(poolSize) }),
          AUTH_SECRET: grounds.authSecret,
          AUTH_JWKS_URL: null,
          DEVELOPMENT_DOOR_URL: grounds.door?.url ?? null,
          DEVELOPMENT_DOOR_SECRET: grounds.door?.secret ?? null,
          ...grounds.release.env,
        },
      }),
    );
    started.defer(() => api.stop());
    return api;
  };
  const first = await startOne(0, plan.port);
  // Any free port is the one that the first of them has found.
  const portOfOthers = sharesPort ? portOf(first.child) : 0;
  const begun = await Promise.allSettled(
    Array.from({ length: processCount - 1 }, (_, index) => startOne(index + 1, portOfOthers)),
  );
  const failed = begun.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
  return [first, ...begun.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))];
}

/** Starts the worker and waits until it is ready. Throws ProcessFailed, with its log. */
export function startWorker(grounds: Grounds): Promise<Restartable> {
  const host = grounds.hosts?.worker ?? thisHost;
  return startRestartable(() =>
    startChild({
      name: 'worker',
      entry: grounds.release.workerEntry,
      enter: host.enter,
      readyMessage: 'ready',
      onLogLine: grounds.onLogLine,
      env: { ...commonEnv(grounds, host), ...grounds.release.env },
    }),
  );
}

function commonEnv(grounds: Grounds, { address }: Host): Readonly<Record<string, string | null>> {
  return {
    // The lines that say that a process is up have this level.
    LOG_LEVEL: 'info',
    DATABASE_URL: grounds.databaseUrl,
    REDIS_URL: grounds.redisUrl,
    REDIS_PREFIX: grounds.redisPrefix,
    ADMIN_HOST: address,
    ADMIN_PORT: '0',
    ADMIN_TOKEN: grounds.adminToken,
  };
}

/** Where an api listens, from the line that it logged. */
export function urlOf(api: Child): string {
  const url = textMember(api.ready, 'url');
  if (url === null) throw new Error('The api logged no url when it was up.');
  return url;
}

function portOf(api: Child): number {
  return Number(new URL(urlOf(api)).port);
}

/** The admin server of a process, from the same line; `null` where it has none. */
export function adminUrlOf(child: Child): string | null {
  return textMember(child.ready, 'adminUrl');
}
