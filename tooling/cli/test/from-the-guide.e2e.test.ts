import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runShell } from './command.ts';
import { commandsToRun, repositoryRoot } from './guide-rows.ts';

/** Half a minute each, on a machine that does other things as well. */
const timeoutMs = 120_000;

test.each(commandsToRun())(
  'docs/from-the-guide.md: it passes as it stands: %s',
  async (command) => {
    const path = `${join(repositoryRoot, 'node_modules/.bin')}:$PATH`;
    const line = `cd '${repositoryRoot}' && PATH="${path}" ${command}`;
    const { exitCode, stderr } = await runShell(line);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  },
  timeoutMs,
);
