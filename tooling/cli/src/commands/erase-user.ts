import { countOf, exitCode, say, UsageError } from '@holdfast/command';
import { type Erased, eraseUser } from '@holdfast/data';
import { Command } from 'commander';
import { withDatabase } from '../servers/database.ts';
import { openSource } from '../stack/source.ts';
import { helpAfter } from './help.ts';
import { databaseUrl, userName } from './options.ts';

interface EraseOptions {
  readonly by: string;
  readonly databaseUrl?: string;
  readonly json?: boolean;
}

const about = `
Replaces a user's id by a name that nothing leads back from: in bookings, the
ledger, orders and archives. All else stays, so the audit passes. The table
erasures notes when, by whom and how many rows, and not whom. It is refused while
the user has bookings of events that are to come: cancel them first. The role of
the URL must own the tables. Repeating it is harmless. It cannot be undone.`;

const help = helpAfter(about, [
  ['pnpm holdfast erase-user ann --by "privacy desk, case 17"', 'for ever'],
]);

export function eraseUserCommand(): Command {
  return new Command('erase-user')
    .description("Replace a user's id everywhere, for ever")
    .argument('<user>', 'the user, as tokens name it in sub', userName)
    .requiredOption('--by <who>', 'who does it, and why: kept for ever')
    .option('--database-url <url>', 'which database (default: DATABASE_URL)', databaseUrl)
    .option('--json', 'print what was done as JSON')
    .addHelpText('after', help)
    .action(async (userId: string, { by, ...options }: EraseOptions) => {
      const actor = by.trim();
      if (actor === '') throw new UsageError('--by: say who does it.');
      await using source = await openSource(options);
      const place = { url: source.url, applicationName: 'holdfast-erase-user' };
      const erased = await withDatabase(place, (database) =>
        eraseUser(database, { userId, actor }),
      );
      say({ json: erased, text: () => textOf(erased) }, options);
      if (erased.status !== 'erased') process.exitCode = exitCode.broken;
    });
}

function textOf(erased: Erased): string {
  if (erased.status === 'organizer') {
    return `Nothing was changed: the user organizes ${countOf(erased.eventCount, 'event')}, and events name their organizer.\n`;
  }
  if (erased.status === 'active') {
    const list = erased.bookings.map(
      ({ eventId, bookingId }) => `  event ${eventId}, booking ${bookingId}\n`,
    );
    return `Nothing was changed: the user has bookings of events that are to come. Cancel them first:\n${list.join('')}`;
  }
  const { bookingCount, ledgerRowCount, orderCount, archiveCount } = erased;
  const counts = [
    countOf(bookingCount, 'booking'),
    countOf(ledgerRowCount, 'ledger row'),
    countOf(orderCount, 'order'),
    countOf(archiveCount, 'archive'),
  ];
  return `The id is gone from ${counts.join(', ')}.\n`;
}
