import { Command } from 'commander';
import { auditCommand } from './commands/audit.ts';
import { chaosCommand } from './commands/chaos.ts';
import { demoCommand } from './commands/demo.ts';
import { migrateCommand } from './commands/migrate.ts';
import { startCommand } from './commands/start.ts';
import { stressCommand } from './commands/stress.ts';
import { tokenCommand } from './commands/token.ts';
import { helpAfter } from './help.ts';

const about = `
Without DATABASE_URL and REDIS_URL the commands bring their own PostgreSQL and
Redis; where no Redis can be had, they go without. Reports go to stdout, with
--json as one line of JSON and nothing else; progress goes to stderr. Each
command explains itself: holdfast stress --help`;

/** The `holdfast` command. Errors are thrown, never exited on: main.ts tells them. */
export function createProgram(): Command {
  const program = new Command('holdfast')
    .description('A booking engine for things that sell out: try it, run it, break it, check it.')
    .addHelpText(
      'after',
      helpAfter({
        about,
        examples: [
          { command: 'pnpm demo', says: 'a thousand users, 500 seats, about ten seconds' },
          { command: 'pnpm start', says: 'an api to play with' },
          { command: 'pnpm stress --users 1000 --seats 200', says: 'a crowd of your own' },
          { command: 'pnpm holdfast chaos --fault all', says: 'does it get through that?' },
          { command: 'pnpm holdfast audit', says: 'are all promises kept?' },
        ],
      }),
    );
  const commands = [
    demoCommand(),
    startCommand(),
    stressCommand(),
    chaosCommand(),
    auditCommand(),
    tokenCommand(),
    migrateCommand(),
  ];
  for (const command of commands) program.addCommand(command);
  for (const command of [program, ...commands]) {
    command.exitOverride().showHelpAfterError('(add --help for options, defaults and examples)');
  }
  return program;
}
