import { countOf, say, UsageError } from '@holdfast/command';
import { RoleUnfit } from '@holdfast/data';
import { Command } from 'commander';
import { readEnv } from '../env.ts';
import { waitForDatabase } from '../servers/database.ts';
import { type Migrated, migrateAt } from '../servers/migrate.ts';
import { helpAfter } from './help.ts';
import { databaseUrl, lifetime } from './options.ts';

interface MigrateOptions {
  readonly databaseUrl?: string;
  readonly grantTo?: string;
  readonly wait?: number;
  readonly json?: boolean;
}

const about = `
Applies what is missing, in order, and says what it was. Repeating it is
harmless. The role of the URL must own the tables. Api and worker need less:
--grant-to gives their role just that, and belongs to every migration. With
APP_DATABASE_PASSWORD it makes the role, or sets its password.
pnpm demo, stress and start migrate by themselves.`;

const help = helpAfter(about, [
  ['DATABASE_URL=postgres://… pnpm holdfast migrate', 'the tables'],
  ['pnpm holdfast migrate --grant-to holdfast_app', 'and the rights of api and worker'],
]);

export function migrateCommand(): Command {
  return new Command('migrate')
    .description("Bring a database's tables up to date")
    .option('--database-url <url>', 'which database (default: DATABASE_URL)', databaseUrl)
    .option('--grant-to <role>', 'give this role what api and worker need')
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
      const migrated = await migrateFor(url, role);
      if (migrated.mayCreateTables) process.stderr.write(mayCreateHint);
      if (role !== null && !migrated.hasQueue) process.stderr.write(noQueueHint);
      const granted = role === null ? {} : { grantedTo: role };
      const json = { applied: migrated.applied, ...granted };
      say({ json, text: () => textOf(migrated, role) }, options);
    });
}

/** A role that cannot be meant is a wrong option, and is told as one. */
async function migrateFor(url: string, name: string | null): Promise<Migrated> {
  const role = name === null ? null : { name, password: readEnv().appDatabasePassword };
  try {
    return await migrateAt(url, role);
  } catch (error) {
    if (!(error instanceof RoleUnfit)) throw error;
    throw new UsageError(`--grant-to: ${error.message}`);
  }
}

const mayCreateHint =
  'That role may make tables, as everybody may in this schema. Run: revoke create on schema public from public\n';

const noQueueHint =
  'A worker without Redis will find no queue: the role of the URL needs CREATE on the database to make it.\n';

function textOf({ applied }: Migrated, role: string | null): string {
  return [
    applied.length === 0 ? 'Nothing to do.' : `Applied ${countOf(applied.length, 'migration')}:`,
    ...applied.map((name) => `  ${name}`),
    ...(role === null ? [] : [`${role} may read and write, and change no table.`]),
    '',
  ].join('\n');
}
