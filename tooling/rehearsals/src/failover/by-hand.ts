import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  makeTemporaryDirectory,
  promoteStandby,
  type ServiceHandle,
  startPostgres,
  startStandby,
  waitForNoStandby,
} from '@holdfast/services';
import { startTcpProxy, type TcpProxy } from '@holdfast/testing/tcp-proxy';
import { lookAtFormer } from './former-primary.ts';
import type { LoosePair, Promotion } from './pair.ts';
import { untilDead } from './until-dead.ts';

/** A PostgreSQL of the pair. */
interface Node {
  /** Its own address, which only whoever is on call uses. */
  readonly url: string;
  readonly handle: ServiceHandle;
  readonly directory: string;
}

/** To notice it, to promote, and for every process to connect again. */
const recoveryMsMax = 15_000;

/**
 * Starts a PostgreSQL, and a standby that each commit waits for, on this machine. Whoever is on call promotes,
 * with nothing but SQL. What is started ends with the pair.
 *
 * @example
 * await using pair = await startPairByHand();
 * pair.killPrimary();
 * await pair.failOver();
 */
export async function startPairByHand(): Promise<LoosePair> {
  await using started = new AsyncDisposableStack();
  const directory = await makeTemporaryDirectory();
  started.defer(() => rm(directory, { recursive: true, force: true }));
  const first = join(directory, 'node-1');
  const { url, handle } = await startPostgres({ directory: first });
  started.defer(() => handle.stop());
  const address = started.use(await startTcpProxy(url));
  const pair = new PairByHand(directory, { url, handle, directory: first }, address);
  started.defer(() => pair.stop());
  await pair.addStandby();
  const all = started.move();
  return Object.assign(pair, { [Symbol.asyncDispose]: () => all.disposeAsync() });
}

class PairByHand implements Omit<LoosePair, typeof Symbol.asyncDispose> {
  readonly recoveryMsMax = recoveryMsMax;
  readonly #directory: string;
  readonly #address: TcpProxy;
  #primary: Node;
  #standby: Node | null = null;
  #former: Node | null = null;
  /** Between the primary and its standby. */
  #stream: TcpProxy | null = null;
  #nodeCount = 1;
  #killedAt = 0;

  constructor(directory: string, primary: Node, address: TcpProxy) {
    this.#directory = directory;
    this.#primary = primary;
    this.#address = address;
  }

  get url(): string {
    return this.#address.url;
  }

  holdBackStream(): void {
    this.#stream?.freeze();
  }

  killPrimary(): void {
    this.#killedAt = performance.now();
    this.#primary.handle.kill('SIGKILL');
  }

  async failOver(): Promise<Promotion> {
    const standby = this.#standby;
    if (standby === null) throw new Error('There is no standby.');
    await untilDead(this.#primary.url);
    const noticedMs = performance.now() - this.#killedAt;
    await promoteStandby(standby.url);
    this.#former = this.#primary;
    this.#primary = standby;
    this.#standby = null;
    this.#address.moveTo(standby.url);
    return { noticedMs, promotedMs: performance.now() - this.#killedAt };
  }

  async bringFormerBack(): Promise<readonly string[]> {
    return this.#former === null ? [] : await lookAtFormer(this.#former);
  }

  /** The former primary may have what the new one never had, so it is thrown away. */
  async addStandby(): Promise<void> {
    await this.#throwFormerAway();
    await this.#stream?.[Symbol.asyncDispose]();
    this.#stream = await startTcpProxy(this.#primary.url);
    this.#nodeCount += 1;
    const directory = join(this.#directory, `node-${this.#nodeCount}`);
    const followsUrl = this.#stream.url;
    const standby = await startStandby({ primaryUrl: this.#primary.url, directory, followsUrl });
    this.#standby = { ...standby, directory };
  }

  makeAsynchronous(): Promise<void> {
    return waitForNoStandby(this.#primary.url);
  }

  async stop(): Promise<void> {
    await this.#standby?.handle.stop();
    await this.#primary.handle.stop();
    await this.#throwFormerAway();
    await this.#stream?.[Symbol.asyncDispose]();
  }

  async #throwFormerAway(): Promise<void> {
    if (this.#former === null) return;
    const { handle, directory } = this.#former;
    await handle.stop();
    await rm(directory, { recursive: true, force: true });
    this.#former = null;
  }
}
