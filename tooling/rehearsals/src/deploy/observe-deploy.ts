import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Evidence,
  inspect,
  makeUsers,
  openEvent,
  organizerClient,
  type Stack,
  withDatabase,
} from '@holdfast/cli/parts';
import { createHoldfastClient } from '@holdfast/client';
import { findEvent } from '@holdfast/data';
import type { Watching } from '../rehearsal.ts';
import { browserWatcher } from './browser-watcher.ts';
import { clientWatcher } from './client-watcher.ts';
import { type ConsoleWatcher, consoleWatcher } from './console-watcher.ts';
import type { ProxyName } from './proxies.ts';
import { http1Caller, http2Caller } from './raw-caller.ts';
import { type RawCall, startRawLoad } from './raw-load.ts';
import { rollingDeploy } from './rolling-deploy.ts';
import type { RunningProxy } from './running-proxy.ts';
import type { Watcher } from './watcher.ts';

/** What was seen of the deploys behind one proxy. */
export interface ObservedDeploy {
  readonly proxy: ProxyName;
  /** What was left out; `null`: nothing. */
  readonly control: string | null;
  readonly calls: readonly RawCall[];
  /** How long each process took to stop. */
  readonly stopsMs: readonly number[];
  readonly watchers: readonly WatcherSeen[];
  /** `null`: the database did not answer. */
  readonly evidence: Evidence | null;
}

export interface WatcherSeen {
  readonly name: string;
  readonly cutCount: number;
  /** A sentence for each thing that it did not hear of. */
  readonly missed: readonly string[];
}

interface DeployScene {
  readonly stack: Stack;
  readonly running: RunningProxy;
  /** Whom callers trust. */
  readonly ca: string;
  readonly callsPerSecond: number;
  readonly pauseMs: number;
  readonly roundCountMax: number;
}

const seatCount = 1_000_000;
const userCount = 200;
/** More than any user books. */
const policy = { activeBookingsPerUserMax: 1_000 };
const watcherCountEach = 5;
const consoleCount = 2;
/** Before the first process is stopped: connections are opened, code is compiled. */
const steadyMs = 2_000;
/** After the last call, watchers may be so late. */
const patienceMs = 20_000;
const lookEveryMs = 100;

/** Puts calls and watchers on the proxy, deploys, and looks at what came of it. */
export async function observeDeploy(
  scene: DeployScene,
  { steps, stop }: Watching,
): Promise<Omit<ObservedDeploy, 'proxy' | 'control'>> {
  const { stack, callsPerSecond, pauseMs, roundCountMax } = scene;
  const eventId = await openEvent(stack, { seatCount, policy });
  const users = makeUsers(stack, userCount);
  const callers = callersOf(scene);
  const watchers = watchersOf(scene, eventId);
  const load = startRawLoad({ callers, users, eventId, callsPerSecond });
  const stopsMs: number[] = [];
  try {
    await sleep(steadyMs, undefined, { signal: stop });
    for (let round = 0; round < roundCountMax; round += 1) {
      if (load.calls.some(({ failure }) => failure !== null)) break;
      const title = 'Both processes are replaced, one after the other';
      stopsMs.push(...(await steps.step(title, () => rollingDeploy(stack, { pauseMs, stop }))));
    }
  } finally {
    await load.stop();
    for (const caller of callers) caller.close();
  }
  const told = load.calls.flatMap((call) => call.told ?? []);
  const { databaseUrl } = stack;
  const evidence = await steps.step('Audit', () =>
    inspect({ databaseUrl, eventId, seatCount, told }),
  );
  const event = await withDatabase({ url: databaseUrl }, (base) => findEvent(base, eventId));
  const last = event?.version ?? 0;
  const seen = await Promise.all(watchers.map((watcher) => seenBy(watcher, last)));
  return { calls: load.calls, stopsMs, watchers: seen, evidence };
}

function callersOf({ running: { httpUrl, httpsUrl }, ca }: DeployScene) {
  return [http1Caller(httpUrl, true), http1Caller(httpUrl, false), http2Caller(httpsUrl, ca)];
}

function watchersOf({ stack, running, ca }: DeployScene, eventId: string): readonly Watcher[] {
  const { httpUrl: url, httpsUrl } = running;
  const client = createHoldfastClient({ url });
  const organizer = organizerClient({ ...stack, url });
  const some = <T>(count: number, make: () => T) => Array.from({ length: count }, make);
  return [
    ...some(watcherCountEach, () => clientWatcher(client, eventId)),
    ...some(watcherCountEach, () => browserWatcher(httpsUrl, ca, eventId)),
    ...some(consoleCount, (): ConsoleWatcher => consoleWatcher(organizer, eventId)),
  ];
}

/** What a watcher has heard when it has had time to hear everything. */
async function seenBy(watcher: Watcher, version: number): Promise<WatcherSeen> {
  const deadline = performance.now() + patienceMs;
  while (!watcher.hasHeard(version) && performance.now() < deadline) await sleep(lookEveryMs);
  const late = watcher.hasHeard(version) ? [] : [`it never heard of version ${version}`];
  const { name, cutCount } = watcher;
  const missed = [...watcher.missed(), ...late];
  await watcher.stop();
  return { name, cutCount, missed };
}
