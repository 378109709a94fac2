import { startTcpProxy, type TcpProxy } from '@holdfast/testing/tcp-proxy';

/** What lies between the processes and PostgreSQL. Disposing of it ends it. */
export interface Wire extends AsyncDisposable {
  /** The URL that goes this way. */
  readonly byWayOf: (databaseUrl: string) => string;
  /** Is PostgreSQL 5 ms away? */
  delay(isFar: boolean): void;
  cut(): void;
  restore(): void;
}

/** 5 ms there and back. */
const oneWayMs = 2.5;

/** Nothing: PostgreSQL is as near as can be, since even a proxy that does nothing takes time. */
const straight: Wire = {
  byWayOf: (databaseUrl) => databaseUrl,
  delay() {},
  cut() {},
  restore() {},
  [Symbol.asyncDispose]: async () => {},
};

/** @example await using wire = await openWire(databaseUrl, true) */
export async function openWire(databaseUrl: string, isProxied: boolean): Promise<Wire> {
  return isProxied ? overProxy(await startTcpProxy(databaseUrl)) : straight;
}

function overProxy(proxy: TcpProxy): Wire {
  return {
    byWayOf(databaseUrl) {
      const url = new URL(databaseUrl);
      url.host = new URL(proxy.url).host;
      return url.href;
    },
    delay: (isFar) => proxy.delay(isFar ? oneWayMs : 0),
    cut: () => proxy.cut(),
    restore: () => proxy.restore(),
    [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose](),
  };
}
