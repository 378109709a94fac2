import { exitCodeOfVerdict, say } from '@holdfast/command';
import { Command } from 'commander';
import { examine } from '../doctor/examine.ts';
import { readEnv } from '../env.ts';
import { withDatabase } from '../servers/database.ts';
import { openSource } from '../stack/source.ts';
import { doctorText } from '../tell/doctor-text.ts';
import { helpAfter } from './help.ts';
import { databaseUrl, redisUrl } from './options.ts';

interface DoctorOptions {
  readonly databaseUrl?: string;
  readonly redisUrl?: string;
  readonly json?: boolean;
}

const about = `
Looks at PostgreSQL and Redis, and changes nothing: columns, constraints,
indexes, migrations, the invariants, durability, eviction, drift, settings that
contradict each other, clocks, holds that nobody sweeps, the oldest outbox row,
plans, dead rows, slow statements, versions. Each finding says what it means,
how bad it is, and the exact fix. Without DATABASE_URL it looks at the Holdfast
that pnpm start runs, or at its data. It fails where something endangers a
promise; warnings and notes do not count.`;

const help = helpAfter(about, [
  ['pnpm holdfast doctor', 'what pnpm start runs'],
  ['DATABASE_URL=… REDIS_URL=… pnpm holdfast doctor --json', 'for a job'],
]);

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Is everything right that the guarantees depend on?')
    .option('--database-url <url>', 'which database (default: DATABASE_URL)', databaseUrl)
    .option('--redis-url <url>', 'which Redis (default: REDIS_URL)', redisUrl)
    .option('--json', 'print the findings as JSON')
    .addHelpText('after', help)
    .action(async (options: DoctorOptions) => {
      await using source = await openSource(options);
      const { url, redisUrl: found } = source;
      const { redisPrefix, databasePoolSize: poolSize } = readEnv();
      const report = await withDatabase({ url, applicationName: 'holdfast-doctor' }, (database) =>
        examine({ database, redisUrl: found, redisPrefix, poolSize, now: Date.now }),
      );
      say({ json: report, text: (layout) => `${doctorText(report, url, layout)}\n` }, options);
      process.exitCode = exitCodeOfVerdict(report.verdict);
    });
}
