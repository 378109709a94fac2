import { wholeNumber } from '@holdfast/cli/parts';
import { Option } from 'commander';
import { rehearsalCommand } from '../rehearsal.ts';
import { deployText } from './deploy-text.ts';
import { type ProxyName, proxies } from './proxies.ts';
import { runDeploys } from './run-deploys.ts';

interface DeployOptions {
  readonly proxy: ProxyName | typeof all;
  readonly rate: number;
}

const all = 'all';
const rateMax = 2_000;

const about = `
Starts two api processes behind a proxy, with the configuration of deploy/proxy,
and sends calls through it: over HTTP/1.1 on kept and on new connections and over
HTTP/2 with TLS, each once. Others watch the event, and an organizer its sale.
Meanwhile both processes are replaced, one after the other: SIGTERM, and when the
process has ended it is started again.

It passes if not one call failed, every booking that was answered is there, and
whoever watched came back and missed no change. Then come the controls: the same
without what prevents failed calls. Each must fail some, or it was not needed.

Examples:
  pnpm rehearse deploy                    HAProxy, nginx and the controls: five minutes
  pnpm rehearse deploy --proxy haproxy`;

/** `pnpm rehearse deploy` */
export const deploy = () =>
  rehearsalCommand<DeployOptions>({
    name: 'deploy',
    title: 'Replace both api processes behind HAProxy and nginx under load, without a failed call',
    about,
    options: [
      new Option('--proxy <name>', 'which one')
        .choices([...proxies.map(({ name }) => name), all])
        .default(all),
      new Option('--rate <n>', 'calls a second').argParser(wholeNumber(10, rateMax)).default(100),
    ],
    programs: ({ proxy }) => chosen(proxy).map(({ program }) => program),
    minutesMax: () => 15,
    run: async ({ proxy, rate }, watching) => {
      const report = await runDeploys({ proxies: chosen(proxy), callsPerSecond: rate }, watching);
      return { report, text: (layout) => deployText(report, layout) };
    },
  });

function chosen(name: DeployOptions['proxy']) {
  return proxies.filter((proxy) => name === all || proxy.name === name);
}
