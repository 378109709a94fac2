import { stepsOn, untilInterrupted } from '@holdfast/command';
import { Command } from 'commander';
import { resolve } from 'node:path';
import { packAll } from './pack-all.ts';

const about = `
Each package is compiled to JavaScript with declarations, beside the ones that it
needs and in a folder of its own: the workspace is not changed, and goes on
running from source. Each tarball is then looked at by publint and
arethetypeswrong. Nothing is published.

Examples:
  pnpm pack:all /tmp/tarballs
  npm install /tmp/tarballs/holdfast-domain-0.1.0.tgz     in a project of yours

Exit codes:
    0  the tarballs are there; their paths are on stdout
    1  one could not be built, or has a flaw; then none is written
    2  called in a way that cannot work
  130  stopped by Ctrl-C before it had finished`;

/** The `pack:all` command. Errors are thrown, never exited on: main.ts tells them. */
export function createProgram(): Command {
  return new Command('pack:all')
    .description('Write a tarball of each package that others can install.')
    .argument('<dir>', 'where to put them; it is made where it is missing')
    .addHelpText('after', about)
    .exitOverride()
    .showHelpAfterError('(add --help for examples)')
    .action(async (directory: string) => {
      const tarballs = await untilInterrupted((stop) =>
        packAll(resolve(directory), stepsOn(process.stderr, stop)),
      );
      process.stdout.write(tarballs.map((tarball) => `${tarball}\n`).join(''));
    });
}
