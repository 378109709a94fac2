import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import type { Host } from '@holdfast/services';

/** Machines that reach each other over one switch, each in a network namespace of its own. */
export interface Network<Name extends string> {
  readonly hostOf: (name: Name) => Host;
  /** From now on nothing of what one sends reaches the other. Nobody is told: packets are dropped. */
  cut(from: Name, to: Name): Promise<void>;
  /** Everything passes again. */
  heal(): Promise<void>;
}

const namespaceFolder = '/run/netns';
const switchName = 'switch';
const subnet = '10.77.0';

/**
 * Makes them in the network that this process is in, which must be one of its own (`runInOwnNetwork`): whoever
 * ends it removes them. This process reaches all of them, and keeps doing so.
 *
 * @example
 * const network = await makeNetwork(['api', 'postgres']);
 * await network.cut('postgres', 'api'); // requests arrive, answers do not
 */
export async function makeNetwork<Name extends string>(
  names: readonly Name[],
): Promise<Network<Name>> {
  await mkdir(namespaceFolder, { recursive: true });
  // Their names are seen by nobody outside, and go when we do.
  await run('mount', '-t', 'tmpfs', 'holdfast', namespaceFolder);
  await run('ip', 'link', 'set', 'lo', 'up');
  await run('ip', 'link', 'add', switchName, 'type', 'bridge');
  await run('ip', 'address', 'add', `${subnet}.1/24`, 'dev', switchName);
  await run('ip', 'link', 'set', switchName, 'up');
  const hostOf = (name: Name): Host => ({
    address: `${subnet}.${names.indexOf(name) + 2}`,
    enter: ['nsenter', `--net=${namespaceFolder}/${name}`],
  });
  for (const name of names) await addHost(name, hostOf(name).address);
  return {
    hostOf,
    cut: (from, to) =>
      inside(to, 'nft', `add rule inet cut arriving ip saddr ${hostOf(from).address} drop`),
    heal: async () => {
      for (const name of names) await inside(name, 'nft', 'flush chain inet cut arriving');
    },
  };
}

async function addHost(name: string, address: string): Promise<void> {
  await run('ip', 'netns', 'add', name);
  await run('ip', 'link', 'add', `to-${name}`, 'type', 'veth', 'peer', 'eth0', 'netns', name);
  await run('ip', 'link', 'set', `to-${name}`, 'master', switchName, 'up');
  await run('ip', '-n', name, 'address', 'add', `${address}/24`, 'dev', 'eth0');
  await run('ip', '-n', name, 'link', 'set', 'eth0', 'up');
  await run('ip', '-n', name, 'link', 'set', 'lo', 'up');
  await inside(name, 'nft', 'add table inet cut');
  await inside(
    name,
    'nft',
    'add chain inet cut arriving { type filter hook input priority 0 ; policy accept ; }',
  );
}

function inside(name: string, ...command: readonly string[]): Promise<void> {
  return run('nsenter', `--net=${namespaceFolder}/${name}`, ...command);
}

const stepTimeoutMs = 10_000;

async function run(program: string, ...args: readonly string[]): Promise<void> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: stepTimeoutMs,
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  await once(child, 'close');
  if (child.exitCode !== 0) throw new Error(`${program} ${args.join(' ')} failed. ${said.trim()}`);
}
