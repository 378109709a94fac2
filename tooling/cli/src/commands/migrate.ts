import { countOf, say, UsageError } from '@holdfast/command';
import { CannotDistribute, RoleUnfit } from '@holdfast/data';
import { Command } from 'commander';
import { readEnv } from '../env.ts';
import { waitForDatabase } from '../servers/database.ts';
import { type Migrated, type MigratePlan, migrateAt } from '../servers/migrate.ts';
import { helpAfter } from './help.ts';
import { databaseUrl, lifetime } from './options.ts';

interface MigrateOptions {
  readonly databaseUrl?: string;
  readonly distributed?: boolean;
  readonly grantTo?: string;
  readonly wait?: number;
  readonly json?: boolean;
}

const about = `
Applies what is missing, in order, and says what it was. Repeating it is
harmless. The role of the URL must own the tables. Api and worker need less:
--grant-to gives their role just that, and belongs to every migration. With
APP_DATABASE_PASSWORD it makes the role, or sets its password. --distributed is
for the coordinator of a Citus cluster: each event's rows move to one of its
nodes (docs/distributed.md).
pnpm demo, stress and start migrate by themselves.`;

const help = helpAfter(about, [
  ['DATABASE_URL=postgres://… pnpm holdfast migrate', 'the tables'],
  ['pnpm holdfast migrate --grant-to holdfast_app', 'and the rights of api and worker'],
  ['pnpm holdfast migrate --distributed', 'and over the nodes of a Citus cluster'],
]);

export function migrateCommand(): Command {
  return new Command('migrate')
    .description("Bring a database's tables up to date")
    .option('--database-url <url>', 'which database (default: DATABASE_URL)', databaseUrl)
    .option('--grant-to <role>', 'give this role what api and worker need')
    .option('--distributed', 'distribute the tables by event over a Citus cluster')
    .option('--wait <time>', 'wait so long for a database that is starting, like 60s', lifetime)
    .option('--json', 'print what was applied as JSON')
    .addHelpText('after', help)
    .action(async (options: MigrateOptions) => {
      const url = options.databaseUrl ?? readEnv().databaseUrl;
      if (url === null) {
        throw new UsageError('Which database? Set DATABASE_URL, or give --database-url.');
      }
      if (options.wait !== undefined) await waitForDatabase(url, options.wait * 1_000);
      const role = options.grantTo ?? null;
      const migrated = await migrateFor(url, options);
      if (migrated.mayCreateTables) process.stderr.write(mayCreateHint);
      if (role !== null && !migrated.hasQueue) process.stderr.write(noQueueHint);
      const granted = role === null ? {} : { grantedTo: role };
      const { applied, distributed } = migrated;
      const spread = options.distributed === true ? { distributed } : {};
      const json = { applied, ...spread, ...granted };
      say({ json, text: () => textOf(migrated, role) }, options);
    });
}

/** A role that cannot be meant, and a database that cannot be distributed, are wrong options, and are told as such. */
async function migrateFor(url: string, options: MigrateOptions): Promise<Migrated> {
  try {
    return await migrateAt(url, planOf(options));
  } catch (error) {
    if (error instanceof CannotDistribute) throw new UsageError(`--distributed: ${error.message}`);
    if (!(error instanceof RoleUnfit)) throw error;
    throw new UsageError(`--grant-to: ${error.message}`);
  }
}

function planOf({ grantTo: name, distributed = false }: MigrateOptions): MigratePlan {
  const role = name === undefined ? null : { name, password: readEnv().appDatabasePassword };
  return { role, isDistributed: distributed };
}

const mayCreateHint =
  'That role may make tables, as everybody may in this schema. Run: revoke create on schema public from public\n';

const noQueueHint =
  'A worker without Redis will find no queue: the role of the URL needs CREATE on the database to make it.\n';

function textOf({ applied, distributed }: Migrated, role: string | null): string {
  return [
    applied.length === 0 ? 'Nothing to do.' : `Applied ${countOf(applied.length, 'migration')}:`,
    ...applied.map((name) => `  ${name}`),
    ...(distributed.length === 0 ? [] : [`Distributed by event: ${distributed.join(', ')}.`]),
    ...(role === null ? [] : [`${role} may read and write, and change no table.`]),
    '',
  ].join('\n');
}
