import { writeFileSync } from 'node:fs';
import { copyFile, writeFile } from 'node:fs/promises';
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

/** Starts nginx with deploy/proxy/nginx.conf, in front of these processes. */
export async function startNginx(plan: ProxyPlan): Promise<RunningProxy> {
  const { program, directory, apiUrls, certificate } = plan;
  const config = join(directory, 'nginx.conf');
  const listen = join(directory, 'listen.conf');
  const env = proxyEnv();
  await copyFile(committedConfig('nginx.conf'), config);
  await writeFile(join(directory, 'certificate.pem'), certificate.cert);
  await writeFile(join(directory, 'key.pem'), certificate.key, { mode: 0o600 });
  const servers = apiUrls.map((url) => `server ${hostOf(url)} max_fails=1 fail_timeout=1s;\n`);
  await writeFile(join(directory, 'api-servers.conf'), servers.join(''));
  const main = `daemon off; pid ${join(directory, 'nginx.pid')};`;
  const args = ['-p', directory, '-c', config, '-e', 'stderr', '-g', main];
  await writeFile(listen, listenOf(1_024));
  await expectAccepted(program, ['-t', ...args], env);
  const handle = await startServer({
    name: 'nginx',
    logFile: join(directory, 'nginx.log'),
    portCount: 2,
    passingComplaint: null,
    prepare: async () => {},
    command: (port) => {
      writeFileSync(listen, listenOf(port));
      return { program, args, input: '', env, disguise: { way: 'none' } };
    },
    ping: expectPassed,
  });
  return proxyAt(handle);
}

function listenOf(port: number): string {
  return [
    `listen 127.0.0.1:${port};`,
    `listen 127.0.0.1:${port + 1} ssl http2;`,
    'ssl_certificate certificate.pem;',
    'ssl_certificate_key key.pem;',
    '',
  ].join('\n');
}
