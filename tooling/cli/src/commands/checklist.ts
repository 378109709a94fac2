import { exitCodeOfVerdict, say, stepsOn, untilInterrupted } from '@holdfast/command';
import { Command } from 'commander';
import { runChecklist } from '../checklist/run-checklist.ts';
import { forgetGivenServers } from '../env.ts';
import { checklistText } from '../tell/checklist-text.ts';
import { helpAfter } from './help.ts';

const about = `
The six points that the guide asks for before you deploy, run for real on
servers of its own, in half a minute: crowds of 100 users at once, overbookings
counted in the database, p99 under 100 ms, Redis killed under load, PostgreSQL
stopped while users ask, and EXPLAIN ANALYZE of every list. The list is signed:
who ran it, when, on which commit and versions, with a SHA-256 of all that. With
--json | jq -cj 'del(.digest)' | sha256sum anybody can work that out again.
It brings its own servers, and leaves those of DATABASE_URL and REDIS_URL alone.`;

const help = helpAfter(about, [
  ['pnpm holdfast checklist', 'the list'],
  ['pnpm --silent holdfast checklist --json', '{ points, verdict, signed, digest }'],
]);

export function checklistCommand(): Command {
  return new Command('checklist')
    .description('Run the six points of the guide before you deploy, and sign the list')
    .option('--json', 'print the list as JSON')
    .addHelpText('after', help)
    .action(async (options: { readonly json?: boolean }) => {
      forgetGivenServers();
      process.exitCode = await untilInterrupted(async (stop) => {
        const list = await runChecklist({ steps: stepsOn(process.stderr, stop), stop });
        say({ json: list, text: (layout) => checklistText(list, layout) }, options);
        return exitCodeOfVerdict(list.verdict);
      });
    });
}
