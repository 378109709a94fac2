import type { Program } from '../programs.ts';
import { startHaproxy } from './haproxy.ts';
import { startNginx } from './nginx.ts';
import type { ProxyPlan, RunningProxy } from './running-proxy.ts';

export type ProxyName = 'haproxy' | 'nginx';

/** Something to be left out, and what it is called. */
export interface Control {
  readonly name: string;
  /** What the api processes are told instead. */
  readonly settings?: ApiSettings;
  readonly asksForHealth?: boolean;
  readonly pauseMs?: number;
}

/** By the names of docs/operations.md. */
export type ApiSettings = Readonly<Record<string, string>>;

/** A proxy, and how Holdfast is run behind it. */
export interface Proxy {
  readonly name: ProxyName;
  readonly program: Program;
  readonly settings: ApiSettings;
  /** From the start of one process to the end of the next: longer than the proxy takes to notice. */
  readonly pauseMs: number;
  readonly controls: readonly Control[];
  start(plan: ProxyPlan): Promise<RunningProxy>;
}

const always = { PROXY_COUNT: '1', LOG_LEVEL: 'info' };

/** Those that are tried. */
export const proxies: readonly Proxy[] = [
  {
    name: 'haproxy',
    program: { name: 'haproxy', debianPackage: 'haproxy' },
    settings: { ...always, DRAIN_DELAY_MS: '3000' },
    pauseMs: 3_000,
    controls: [
      { name: 'without DRAIN_DELAY_MS', settings: { DRAIN_DELAY_MS: '0' } },
      { name: 'without a health check', asksForHealth: false },
    ],
    start: startHaproxy,
  },
  {
    name: 'nginx',
    program: { name: 'nginx', debianPackage: 'nginx-light' },
    settings: { ...always, DRAIN_DELAY_MS: '0', DRAIN_IDLE_MS: '6000' },
    pauseMs: 3_000,
    // That DRAIN_IDLE_MS is needed, apps/api/test/drain shows: in twelve replacements here no call met the moment.
    controls: [{ name: 'without a pause between the processes', pauseMs: 0 }],
    start: startNginx,
  },
];
