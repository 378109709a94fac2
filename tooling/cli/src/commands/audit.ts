import { exitCodeOfVerdict, say, UsageError } from '@holdfast/command';
import { audit } from '@holdfast/data';
import { Event, ormOf } from '@holdfast/data/entities';
import { Command } from 'commander';
import { withDatabase } from '../servers/database.ts';
import { openSource } from '../stack/source.ts';
import { auditText } from '../tell/audit-text.ts';
import { helpAfter } from './help.ts';
import { databaseUrl, uuid } from './options.ts';

interface AuditOptions {
  readonly event?: string;
  readonly databaseUrl?: string;
  readonly json?: boolean;
}

const about = `
Checks the invariants I1 to I10 in one snapshot, so that it tells the truth
under load, too, and shows rows that break one. Without --database-url and
DATABASE_URL it audits the data of pnpm start, whether or not that runs.`;

const help = helpAfter(about, [
  ['pnpm holdfast audit', 'the data of pnpm start'],
  ['DATABASE_URL=postgres://… pnpm holdfast audit --json', 'for a job'],
]);

export function auditCommand(): Command {
  return new Command('audit')
    .description('Does the data keep every guarantee?')
    .option('--event <id>', 'one event (default: all)', uuid)
    .option('--database-url <url>', 'which database (default: DATABASE_URL)', databaseUrl)
    .option('--json', 'print the findings as JSON')
    .addHelpText('after', help)
    .action(async (options: AuditOptions) => {
      await using source = await openSource(options);
      const { found, eventCount } = await look(source.url, options.event ?? null);
      const { violationCount: violations, invariants } = found;
      const waits = invariants.some((line) => line.id === 'I7' && line.violations.length > 0);
      if (waits && source.isAtRest) process.stderr.write(atRestHint);
      const verdict = violations === 0 ? 'pass' : 'fail';
      const audited = { url: source.url, eventCount };
      const json = { verdict, violations, invariants };
      say({ json, text: (layout) => `${auditText(found, audited, layout)}\n` }, options);
      process.exitCode = exitCodeOfVerdict(verdict);
    });
}

/** Throws UsageError for an event that is not there: about nothing, every promise is kept. */
function look(url: string, eventId: string | null) {
  return withDatabase({ url, applicationName: 'holdfast-audit' }, async (database) => {
    const found = await audit(database, { eventId });
    const asked = eventId === null ? {} : { id: eventId };
    const eventCount = await ormOf(database).em.fork().count(Event, asked);
    if (eventId !== null && eventCount === 0) {
      throw new UsageError('There is no event with this id in that database.');
    }
    return { found, eventCount };
  });
}

const atRestHint =
  'Nothing runs on this data, so nobody sweeps. The next start removes what breaks I7.\n';
