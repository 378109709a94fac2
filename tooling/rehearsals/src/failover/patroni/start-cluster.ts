import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findFreePort, makeTemporaryDirectory } from '@holdfast/services';
import { type Program, pathOf } from '../../programs.ts';
import {
  etcdArguments,
  type Member,
  patroniConfiguration,
  postgresPrograms,
  proxyConfiguration,
} from './configuration.ts';
import { type Machine, startMachine } from './machine.ts';

const patroni: Program = { name: 'patroni', debianPackage: 'patroni' };
const etcd: Program = { name: 'etcd', debianPackage: 'etcd-server' };
const haproxy: Program = { name: 'haproxy', debianPackage: 'haproxy' };

/** What it needs of Debian. */
export const patroniPrograms: readonly Program[] = [
  { name: `${postgresPrograms}/postgres`, debianPackage: 'postgresql-15' },
  patroni,
  etcd,
  haproxy,
];

/** Debian's package of PostgreSQL makes this user. */
const user = 'postgres';

/** What is needed to reach the members, and to let one die and come back. */
export interface PatroniCluster extends AsyncDisposable {
  readonly members: readonly [Member, Member];
  /** By way of the proxy, without a database. */
  readonly serverUrl: string;
  /** Its PostgreSQL and its Patroni. One that was killed comes back with the data that it had. */
  startMember(member: Member): Promise<Machine>;
}

/** Starts etcd and HAProxy, and prepares two members that nobody has started yet. */
export async function startCluster(): Promise<PatroniCluster> {
  await using started = new AsyncDisposableStack();
  const directory = await makeTemporaryDirectory();
  started.defer(() => rm(directory, { recursive: true, force: true }));
  const start = async (name: string, program: Program, args: readonly string[]) => {
    const command = [await pathOf(program), ...args] as const;
    const machine = await startMachine({ command, logFile: join(directory, `${name}.log`), user });
    started.defer(() => machine.kill());
    return machine;
  };
  const etcdPort = await findFreePort(2);
  const etcdDirectory = await ownDirectory(directory, 'etcd');
  await start('etcd', etcd, etcdArguments(etcdDirectory, etcdPort));
  const password = randomBytes(16).toString('hex');
  const members = [
    await prepareMember(directory, 'node-1', { password, etcdPort }),
    await prepareMember(directory, 'node-2', { password, etcdPort }),
  ] as const;
  const port = await findFreePort();
  const proxyFile = join(directory, 'haproxy.cfg');
  await writeFile(proxyFile, proxyConfiguration(port, members));
  await start('haproxy', haproxy, ['-db', '-f', proxyFile]);
  const all = started.move();
  return {
    members,
    serverUrl: `postgres://holdfast:${password}@127.0.0.1:${port}`,
    startMember: async ({ name, directory: own }) =>
      await startMachine({
        command: [await pathOf(patroni), join(own, 'patroni.json')],
        logFile: join(directory, `${name}.log`),
        user,
      }),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

async function prepareMember(
  parent: string,
  name: string,
  cluster: Parameters<typeof patroniConfiguration>[1],
): Promise<Member> {
  const directory = await ownDirectory(parent, name);
  const postgresPort = await findFreePort();
  const member = { name, directory, postgresPort, restPort: await findFreePort() };
  await writeFile(join(directory, 'patroni.json'), patroniConfiguration(member, cluster));
  return member;
}

/** A folder that belongs to the user who runs the programs. */
async function ownDirectory(parent: string, name: string): Promise<string> {
  const path = join(parent, name);
  await promisify(execFile)('install', ['-d', '-o', user, '-g', user, '-m', '0700', path]);
  return path;
}
