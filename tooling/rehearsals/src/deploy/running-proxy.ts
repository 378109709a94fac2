import { delimiter } from 'node:path';
import { readServicesEnv, type ServiceHandle } from '@holdfast/services';

export interface ProxyPlan {
  /** Its full path. */
  readonly program: string;
  /** Its own, to write to. */
  readonly directory: string;
  /** The api processes, without a path. */
  readonly apiUrls: readonly string[];
  /** Are they asked how they are? */
  readonly asksForHealth: boolean;
  /** Of `localhost`, in PEM. */
  readonly certificate: { readonly cert: string; readonly key: string };
}

/** A proxy that listens on 127.0.0.1. */
export interface RunningProxy {
  readonly handle: ServiceHandle;
  readonly httpUrl: string;
  /** HTTP/2 and HTTP/1.1, with TLS. */
  readonly httpsUrl: string;
}

/** Where it listens: TLS on the port after the plain one. */
export function proxyAt(handle: ServiceHandle): RunningProxy {
  return {
    handle,
    httpUrl: `http://127.0.0.1:${handle.port}`,
    httpsUrl: `https://localhost:${handle.port + 1}`,
  };
}

/** Throws where the proxy does not pass a call on. */
export async function expectPassed(port: number): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/trpc/health.live`);
  if (!response.ok) throw new Error(`It answered ${response.status}.`);
}

/** `127.0.0.1:3000` of `http://127.0.0.1:3000`. */
export function hostOf(url: string): string {
  return new URL(url).host;
}

/** What a proxy is told of the environment, beside what its configuration asks for. */
export function proxyEnv(): NodeJS.ProcessEnv {
  return { PATH: readServicesEnv().programDirectories.join(delimiter) };
}
