import { Command } from 'commander';
import { rehearsals } from './rehearsals.ts';

const about = `
Each starts servers of its own on this machine, puts a load on them, breaks
something, and then asks the database what is true. It passes only if what it
promises held. Servers that are not there are named, with the line that installs
them; nothing is skipped in silence. DATABASE_URL and REDIS_URL are not touched.

Examples:
  pnpm rehearse failover --help
  pnpm rehearse failover --runs 20
  pnpm --silent rehearse failover --json | jq .verdict

Exit codes:
    0  what it promises held
    1  it did not, or a step failed
    2  called in a way that cannot work, or a program is missing
  130  stopped by Ctrl-C before it had finished`;

/** The `rehearse` command. Errors are thrown, never exited on: main.ts tells them. */
export function createProgram(): Command {
  const program = new Command('rehearse')
    .description('Try what must work in the night, before it is needed.')
    .addHelpText('after', about);
  const commands = rehearsals.map((make) => make());
  for (const command of commands) program.addCommand(command);
  for (const command of [program, ...commands]) {
    command.exitOverride().showHelpAfterError('(add --help for options and examples)');
  }
  return program;
}
