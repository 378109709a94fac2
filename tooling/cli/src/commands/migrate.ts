import { Command } from 'commander';
import { readEnv } from '../env.ts';
import { UsageError } from '../failure.ts';
import { helpAfter } from '../help.ts';
import { migrateAt } from '../migrate-at.ts';
import { countOf } from '../numbers.ts';
import { databaseUrl } from '../options.ts';
import { say } from '../output.ts';

interface MigrateOptions {
  readonly databaseUrl?: string;
  readonly json?: boolean;
}

const about = `
Applies what is missing, in order, and says what it was. Repeating it is
harmless. The role of the URL must own the tables; the api's own role need not.
pnpm demo, stress and start migrate by themselves.`;

export function migrateCommand(): Command {
  return new Command('migrate')
    .description("Bring a database's tables up to date")
    .option('--database-url <url>', 'which database (default: DATABASE_URL)', databaseUrl)
    .option('--json', 'print what was applied as JSON')
    .addHelpText(
      'after',
      helpAfter({
        about,
        examples: [
          { command: 'DATABASE_URL=postgres://… pnpm holdfast migrate', says: 'as in production' },
        ],
      }),
    )
    .action(async (options: MigrateOptions) => {
      const url = options.databaseUrl ?? readEnv().databaseUrl;
      if (url === null) {
        throw new UsageError('Which database? Set DATABASE_URL, or give --database-url.');
      }
      const { applied } = await migrateAt(url);
      const lines = [
        applied.length === 0
          ? 'Nothing to do.'
          : `Applied ${countOf(applied.length, 'migration')}:`,
        ...applied.map((name) => `  ${name}`),
        '',
      ];
      say({ json: { applied }, text: () => lines.join('\n') }, options);
    });
}
