import { UsageError } from '@holdfast/command';
import { expect, test } from 'vitest';
import { createProgram } from '../src/program.ts';
import { expectPrograms, pathOf } from '../src/programs.ts';

test('a program that is missing is named with the line that installs it, once for each package', async () => {
  const programs = [
    { name: 'no-such-proxy', debianPackage: 'no-proxy' },
    { name: '/no/such/checker', debianPackage: 'no-proxy' },
    { name: 'sh', debianPackage: 'dash' },
  ];
  const refusal = await expectPrograms(programs).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(UsageError);
  expect(refusal).toMatchObject({
    message:
      'This rehearsal needs no-such-proxy, /no/such/checker. On Debian: apt-get install -y --no-install-recommends no-proxy',
  });
  expect(await pathOf({ name: 'sh', debianPackage: 'dash' })).toMatch(/\/sh$/);
});

test('each rehearsal explains what it promises, and says how it is called', () => {
  const commands = createProgram().commands;
  expect(commands.length).toBeGreaterThan(0);
  const names = commands.map((command) => command.name());
  expect(names).toEqual(names.toSorted());
  for (const command of commands) {
    let help = '';
    command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    expect(help).toContain(`pnpm rehearse ${command.name()}`);
    expect(help).toContain('--json');
    expect(help).toContain('passes if');
  }
});
