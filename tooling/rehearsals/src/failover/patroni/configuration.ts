/** A member of the cluster: a PostgreSQL, and the Patroni that looks after it. */
export interface Member {
  readonly name: string;
  readonly directory: string;
  readonly postgresPort: number;
  /** Where Patroni says what its PostgreSQL is now. */
  readonly restPort: number;
}

/** Debian's. */
export const postgresPrograms = '/usr/lib/postgresql/15/bin';

interface Cluster {
  readonly password: string;
  readonly etcdPort: number;
}

/** A leader that says nothing for so long has lost its place: the least that Patroni allows. */
const leaderLifeSeconds = 20;

/**
 * A member's settings, in JSON, which YAML understands. A leader that finds its PostgreSQL dead does not try to start it
 * again, and a commit waits for the standby where there is one (`synchronous_mode`).
 */
export function patroniConfiguration(member: Member, { password, etcdPort }: Cluster): string {
  const { name, directory, postgresPort, restPort } = member;
  const at = (port: number) => `127.0.0.1:${port}`;
  const role = (username: string) => ({ username, password });
  return JSON.stringify({
    scope: 'holdfast',
    name,
    restapi: { listen: at(restPort), connect_address: at(restPort) },
    etcd3: { host: at(etcdPort) },
    bootstrap: {
      dcs: {
        ttl: leaderLifeSeconds,
        loop_wait: 2,
        retry_timeout: 4,
        primary_start_timeout: 0,
        synchronous_mode: true,
        postgresql: { use_pg_rewind: true, parameters: { max_connections: 200 } },
      },
      initdb: [{ encoding: 'UTF8' }, { locale: 'C' }, 'data-checksums'],
    },
    postgresql: {
      listen: at(postgresPort),
      connect_address: at(postgresPort),
      data_dir: `${directory}/data`,
      bin_dir: postgresPrograms,
      pgpass: `${directory}/pgpass`,
      // Else a copy waits for minutes, until the primary's next checkpoint comes by itself.
      basebackup: [{ checkpoint: 'fast' }],
      authentication: {
        superuser: role('holdfast'),
        replication: role('replicator'),
        rewind: role('rewinder'),
      },
      pg_hba: [
        'host replication replicator 127.0.0.1/32 scram-sha-256',
        'host all all 127.0.0.1/32 scram-sha-256',
      ],
      parameters: { unix_socket_directories: directory },
    },
  });
}

/**
 * One address that leads to whichever member says that it is the primary. Connections to one that no longer does
 * are ended: what was the primary must not be written to.
 */
export function proxyConfiguration(port: number, members: readonly Member[]): string {
  const servers = members.map(
    ({ name, postgresPort, restPort }) =>
      `  server ${name} 127.0.0.1:${postgresPort} check port ${restPort}`,
  );
  return `
global
  maxconn 1000
defaults
  mode tcp
  timeout connect 1s
  timeout client 1h
  timeout server 1h
listen postgres
  bind 127.0.0.1:${port}
  option httpchk OPTIONS /primary
  http-check expect status 200
  default-server inter 500ms fall 2 rise 1 on-marked-down shutdown-sessions
${servers.join('\n')}
`;
}

/** A single etcd, which listens to members on one port, and to other etcds, of which there are none, on the next. */
export function etcdArguments(directory: string, port: number): readonly string[] {
  const [clients, peers] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${port + 1}`];
  const pairs = {
    'data-dir': directory,
    'listen-client-urls': clients,
    'advertise-client-urls': clients,
    'listen-peer-urls': peers,
    'initial-advertise-peer-urls': peers,
    'initial-cluster': `default=${peers}`,
  };
  return Object.entries(pairs).map(([name, value]) => `--${name}=${value}`);
}
