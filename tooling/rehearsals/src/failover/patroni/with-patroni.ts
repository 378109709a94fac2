import { setTimeout as sleep } from 'node:timers/promises';
import { queryOnce } from '@holdfast/services';
import type { Pair, Promotion } from '../pair.ts';
import type { Member } from './configuration.ts';
import type { Machine } from './machine.ts';
import { type PatroniCluster, startCluster } from './start-cluster.ts';

/** Patroni lets a leader say nothing for 20 s before another takes its place. */
const recoveryMsMax = 45_000;

/** initdb, a copy of it, and the leases of etcd. */
const readyTimeoutMs = 120_000;
const failoverTimeoutMs = 120_000;
const lookEveryMs = 100;
const answerTimeoutMs = 5_000;

/**
 * Starts etcd, two PostgreSQL 15 with a Patroni each, and HAProxy, which asks Patroni who is the primary. Each
 * PostgreSQL dies together with its Patroni, as on a machine of its own. Nobody is on call.
 *
 * @example await using pair = await startPairWithPatroni();
 */
export async function startPairWithPatroni(): Promise<Pair> {
  await using started = new AsyncDisposableStack();
  const cluster = started.use(await startCluster());
  const pair = new PairWithPatroni(cluster);
  started.defer(() => pair.stop());
  await pair.start();
  const all = started.move();
  return Object.assign(pair, { [Symbol.asyncDispose]: () => all.disposeAsync() });
}

class PairWithPatroni implements Omit<Pair, typeof Symbol.asyncDispose> {
  readonly recoveryMsMax = recoveryMsMax;
  readonly url: string;
  readonly #cluster: PatroniCluster;
  readonly #machines = new Map<Member, Machine>();
  #primary: Member;
  #standby: Member;
  #killedAt = 0;

  constructor(cluster: PatroniCluster) {
    this.#cluster = cluster;
    this.url = `${cluster.serverUrl}/holdfast`;
    [this.#primary, this.#standby] = cluster.members;
  }

  async start(): Promise<void> {
    await this.#startMember(this.#primary);
    await until('there is a primary', readyTimeoutMs, () => isNow(this.#primary, 'primary'));
    const server = `${this.#cluster.serverUrl}/postgres`;
    await until('the address leads to it', readyTimeoutMs, () => answers(server));
    await queryOnce(server, 'create database holdfast template template0');
    await this.#startMember(this.#standby);
    await this.addStandby();
  }

  killPrimary(): void {
    this.#killedAt = performance.now();
    void this.#machines.get(this.#primary)?.kill();
  }

  async failOver(): Promise<Promotion> {
    await until('the standby is the primary', failoverTimeoutMs, () =>
      isNow(this.#standby, 'primary'),
    );
    [this.#primary, this.#standby] = [this.#standby, this.#primary];
    await until('the address leads to it', failoverTimeoutMs, () => answers(this.url));
    return { noticedMs: null, promotedMs: performance.now() - this.#killedAt };
  }

  /** Its Patroni finds another leader, and makes a standby of it, before anybody could write to it. */
  async bringFormerBack(): Promise<readonly string[]> {
    await this.#startMember(this.#standby);
    const reasons = new Set<string>();
    await until('the former primary follows', readyTimeoutMs, async () => {
      const isPrimary = await isNow(this.#standby, 'primary');
      if (isPrimary) reasons.add('The former primary came back as a primary.');
      return await isNow(this.#standby, 'replica');
    });
    return [...reasons];
  }

  async addStandby(): Promise<void> {
    if (!this.#machines.get(this.#standby)?.isAlive()) await this.#startMember(this.#standby);
    await until('commits wait for the standby', readyTimeoutMs, () =>
      isNow(this.#standby, 'synchronous'),
    );
  }

  async stop(): Promise<void> {
    for (const machine of this.#machines.values()) await machine.kill();
  }

  async #startMember(member: Member): Promise<void> {
    this.#machines.set(member, await this.#cluster.startMember(member));
  }
}

/** What Patroni's REST says yes to: the paths that a load balancer asks. */
type Role = 'primary' | 'replica' | 'synchronous';

async function isNow({ restPort }: Member, role: Role): Promise<boolean> {
  const signal = AbortSignal.timeout(answerTimeoutMs);
  const url = `http://127.0.0.1:${restPort}/${role}`;
  const answer = await fetch(url, { signal }).catch(() => null);
  return answer?.ok ?? false;
}

function answers(url: string): Promise<boolean> {
  return queryOnce(url, 'select 1', { answerTimeoutMs }).then(
    () => true,
    () => false,
  );
}

async function until(
  what: string,
  patienceMs: number,
  isSo: () => Promise<boolean>,
): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await isSo())) {
    if (performance.now() > deadline)
      throw new Error(`After ${patienceMs} ms it is not so that ${what}.`);
    await sleep(lookEveryMs);
  }
}
