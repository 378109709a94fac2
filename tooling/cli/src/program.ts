import { Command } from 'commander';
import { archiveCommand } from './commands/archive.ts';
import { auditCommand } from './commands/audit.ts';
import { chaosCommand } from './commands/chaos.ts';
import { checklistCommand } from './commands/checklist.ts';
import { demoCommand } from './commands/demo.ts';
import { doctorCommand } from './commands/doctor.ts';
import { eraseUserCommand } from './commands/erase-user.ts';
import { helpAfter } from './commands/help.ts';
import { migrateCommand } from './commands/migrate.ts';
import { startCommand } from './commands/start.ts';
import { stressCommand } from './commands/stress.ts';
import { tokenCommand } from './commands/token.ts';
import { takeSecretsFromFiles } from './env.ts';

const about = `
Without DATABASE_URL and REDIS_URL the commands bring their own PostgreSQL and
Redis; where no Redis can be had, they go without. Reports go to stdout, with
--json as one line of JSON and nothing else; progress goes to stderr. Each
command explains itself: holdfast stress --help`;

const help = helpAfter(about, [
  ['pnpm demo', 'a thousand users, 500 seats, about ten seconds'],
  ['pnpm start', 'an api to play with'],
  ['pnpm stress --users 1000 --seats 200', 'a crowd of your own'],
  ['pnpm holdfast chaos --fault all', 'does it get through that?'],
  ['pnpm holdfast audit', 'are all promises kept?'],
  ['pnpm holdfast doctor', 'is anything about to break one?'],
  ['pnpm holdfast checklist', 'six points before you deploy, run for real'],
]);

/** The `holdfast` command. Errors are thrown, never exited on: main.ts tells them. */
export function createProgram(): Command {
  const program = new Command('holdfast')
    .description('A booking engine for things that sell out: try it, run it, break it, check it.')
    .addHelpText('after', help)
    // Before what runs, and not before what only explains itself.
    .hook('preAction', takeSecretsFromFiles);
  const commands = [
    demoCommand(),
    startCommand(),
    stressCommand(),
    chaosCommand(),
    auditCommand(),
    doctorCommand(),
    checklistCommand(),
    tokenCommand(),
    migrateCommand(),
    archiveCommand(),
    eraseUserCommand(),
  ];
  for (const command of commands) program.addCommand(command);
  for (const command of [program, ...commands, ...commands.flatMap((each) => each.commands)]) {
    command.exitOverride().showHelpAfterError('(add --help for options, defaults and examples)');
  }
  return program;
}
