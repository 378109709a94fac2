import { rm } from 'node:fs/promises';
import { ordinaryStack, startStack } from '@holdfast/cli/parts';
import { makeTemporaryDirectory } from '@holdfast/services';
import { type Authority, makeAuthority } from '@holdfast/testing/certificates';
import { pathOf } from '../programs.ts';
import type { Watching } from '../rehearsal.ts';
import { type DeployReport, deployReportOn } from './deploy-report.ts';
import { type ObservedDeploy, observeDeploy } from './observe-deploy.ts';
import type { ApiSettings, Control, Proxy } from './proxies.ts';

interface DeploysPlan {
  readonly proxies: readonly Proxy[];
  readonly callsPerSecond: number;
}

/** What a control leaves out matters only at some moments, so it is tried so often until a call fails. */
const controlRoundCountMax = 6;

/** Each proxy with all that it needs, and then each of its controls until one call fails. */
export async function runDeploys(plan: DeploysPlan, watching: Watching): Promise<DeployReport> {
  const authority = await makeAuthority('a rehearsal');
  const runs: ObservedDeploy[] = [];
  for (const proxy of plan.proxies) {
    runs.push(
      await runOne({ ...plan, proxy, authority, control: null, roundCountMax: 1 }, watching),
    );
    for (const control of proxy.controls) {
      const roundCountMax = controlRoundCountMax;
      runs.push(await runOne({ ...plan, proxy, authority, control, roundCountMax }, watching));
    }
  }
  return deployReportOn(runs);
}

interface RunPlan extends Pick<DeploysPlan, 'callsPerSecond'> {
  readonly proxy: Proxy;
  readonly control: Control | null;
  readonly authority: Authority;
  /** So many deploys at most, until a call fails. */
  readonly roundCountMax: number;
}

async function runOne(plan: RunPlan, { steps, stop }: Watching): Promise<ObservedDeploy> {
  const { proxy, control, authority, callsPerSecond, roundCountMax } = plan;
  steps.note(`${proxy.name}${control === null ? '' : `, ${control.name}`}`);
  const env: ApiSettings = { ...proxy.settings, ...control?.settings };
  const release = { ...ordinaryStack.release, env };
  const stackPlan = { ...ordinaryStack, processCount: 2, release, steps };
  await using stack = await startStack(stackPlan);
  const directory = await makeTemporaryDirectory();
  try {
    const running = await steps.step('The proxy listens', async () =>
      proxy.start({
        program: await pathOf(proxy.program),
        directory,
        apiUrls: stack.urls,
        asksForHealth: control?.asksForHealth ?? true,
        certificate: await authority.issue('localhost'),
      }),
    );
    try {
      const pauseMs = control?.pauseMs ?? proxy.pauseMs;
      const how = { callsPerSecond, pauseMs, roundCountMax, ca: authority.cert };
      const watched = await observeDeploy({ stack, running, ...how }, { steps, stop });
      return { proxy: proxy.name, control: control?.name ?? null, ...watched };
    } finally {
      await running.handle.stop();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
