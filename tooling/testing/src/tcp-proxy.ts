import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Where a connection is cut: before its request gets through, or before the answer does. */
export type Cut = 'before_request' | 'before_answer';

/** A cut that waits for a request. */
interface CutPlan {
  readonly cut: Cut;
  /** Only a request with this text in it counts; without it, any does. */
  readonly when?: string;
  /** Is done, and waited for, just before the cut: the request has had its effect by then. */
  readonly first?: () => unknown;
}

/** A request that is held up. */
interface HoldPlan {
  /** Only a request with this text in it counts. */
  readonly when: string;
  /** The request goes on when this is done. */
  readonly until: () => Promise<unknown>;
}

/** A stretch of network in front of a server, which a test can cut and fix. */
export interface TcpProxy {
  /** The server's URL, by way of the proxy. */
  readonly url: string;
  readonly connectionCount: number;
  /** How many connections `cutNext` has cut. */
  readonly cutCount: number;
  /** Each plan waits for one request, in the order in which they were made. */
  cutNext(...plans: readonly CutPlan[]): void;
  /** One request, and whatever its connection sends after it, waits; all other connections go on. */
  holdNext(plan: HoldPlan): void;
  /** Breaks every connection, and breaks new ones at once, until `fix`. */
  cut(): void;
  /** Connections stay, but nothing passes, until `fix`: a server that is silent. */
  freeze(): void;
  restore(): void;
  /** What passes from now on takes so long in each direction: a server that is far away. */
  delay(oneWayMs: number): void;
  /** New connections reach the server that this URL names; those that stand stay where they are. */
  moveTo(target: string): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a proxy on loopback in front of the server that this URL names.
 *
 * @example
 * await using proxy = await startTcpProxy(databaseUrl);
 * proxy.cutNext({ cut: 'before_answer', when: 'holdfast_record_sold' });
 */
export async function startTcpProxy(target: string): Promise<TcpProxy> {
  const proxy = new Proxy(new URL(target));
  await proxy.listen();
  return proxy;
}

class Proxy implements TcpProxy {
  connectionCount = 0;
  cutCount = 0;
  #target: URL;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #plans: CutPlan[] = [];
  #hold: HoldPlan | null = null;
  #mode: 'open' | 'cut' | 'frozen' = 'open';
  #oneWayMs = 0;

  constructor(target: URL) {
    this.#target = target;
    this.#server = createServer((near) => this.#accept(near));
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The proxy is closed.');
    const url = new URL(this.#target);
    url.hostname = '127.0.0.1';
    url.port = String(address.port);
    return url.href.replace(/\/$/, '');
  }

  cutNext(...plans: readonly CutPlan[]): void {
    this.#plans.push(...plans);
  }

  holdNext(plan: HoldPlan): void {
    this.#hold = plan;
  }

  cut(): void {
    this.#mode = 'cut';
    this.#breakAll();
  }

  freeze(): void {
    this.#mode = 'frozen';
  }

  restore(): void {
    // What was frozen in the middle of a message cannot go on.
    if (this.#mode === 'frozen') this.#breakAll();
    this.#mode = 'open';
  }

  delay(oneWayMs: number): void {
    this.#oneWayMs = oneWayMs;
  }

  moveTo(target: string): void {
    this.#target = new URL(target);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#breakAll();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #breakAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #accept(near: Socket): void {
    this.connectionCount += 1;
    if (this.#mode === 'cut') {
      near.destroy();
      return;
    }
    const far = connect({ host: this.#target.hostname, port: Number(this.#target.port) });
    this.#track(near, far);
    this.#track(far, near);
    let plan: CutPlan | undefined;
    near.on('data', (request) => {
      if (plan !== undefined) return;
      plan = this.#takePlan(request);
      if (plan?.cut === 'before_request') void this.#cutOff(near, plan);
      else if (this.#mode === 'open') void this.#send({ near, far }, request);
    });
    far.on('data', (answer) => {
      if (plan !== undefined) void this.#cutOff(near, plan);
      else if (this.#mode === 'open') this.#pass(near, answer);
    });
  }

  async #send({ near, far }: { near: Socket; far: Socket }, request: Buffer): Promise<void> {
    const hold = this.#hold;
    if (hold !== null && request.includes(hold.when)) {
      this.#hold = null;
      near.pause();
      await hold.until();
      near.resume();
    }
    this.#pass(far, request);
  }

  /** Timers of one duration fire in the order in which they were set, so nothing overtakes. */
  #pass(to: Socket, bytes: Buffer): void {
    if (this.#oneWayMs === 0) to.write(bytes);
    else setTimeout(() => to.write(bytes), this.#oneWayMs);
  }

  #takePlan(request: Buffer): CutPlan | undefined {
    const plan = this.#plans[0];
    const isMeant = plan !== undefined && request.includes(plan.when ?? '');
    return isMeant ? this.#plans.shift() : undefined;
  }

  async #cutOff(near: Socket, { first }: CutPlan): Promise<void> {
    this.cutCount += 1;
    await first?.();
    near.destroy();
  }

  #track(socket: Socket, other: Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    // A broken connection also says `close`.
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#sockets.delete(socket);
      other.destroy();
    });
  }
}
