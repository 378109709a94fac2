import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startServer } from '@holdfast/services';
import { committedConfig } from './committed-config.ts';
import { expectAccepted } from './expect-accepted.ts';
import {
  expectPassed,
  hostOf,
  proxyAt,
  proxyEnv,
  type ProxyPlan,
  type RunningProxy,
} from './running-proxy.ts';

/** Starts HAProxy with deploy/proxy/haproxy.cfg, in front of these processes. */
export async function startHaproxy(plan: ProxyPlan): Promise<RunningProxy> {
  const { program, directory, certificate } = plan;
  const servers = join(directory, 'servers.cfg');
  const pem = join(directory, 'localhost.pem');
  await writeFile(servers, serversOf(plan));
  await writeFile(pem, `${certificate.cert}\n${certificate.key}`, { mode: 0o600 });
  const args = ['-f', committedConfig('haproxy.cfg'), '-f', servers];
  const envOf = (port: number) => ({
    ...proxyEnv(),
    HTTP_BIND: `127.0.0.1:${port}`,
    HTTPS_BIND: `127.0.0.1:${port + 1}`,
    TLS_CERTIFICATE: pem,
  });
  await expectAccepted(program, ['-c', ...args], envOf(1_024));
  const handle = await startServer({
    name: 'HAProxy',
    logFile: join(directory, 'haproxy.log'),
    portCount: 2,
    passingComplaint: null,
    prepare: async () => {},
    command: (port) => ({
      program,
      args: ['-db', ...args],
      input: '',
      env: envOf(port),
      disguise: { way: 'none' },
    }),
    ping: expectPassed,
  });
  return proxyAt(handle);
}

function serversOf({ apiUrls, asksForHealth }: ProxyPlan): string {
  const check = asksForHealth ? '' : ' no-check';
  const servers = apiUrls.map((url, index) => `  server api-${index + 1} ${hostOf(url)}${check}`);
  return ['backend api', ...servers, ''].join('\n');
}
