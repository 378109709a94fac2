import type { Command } from 'commander';
import { afterEach, expect, test, vi } from 'vitest';
import { exitCode, exitCodeOf, messageOf } from '@holdfast/command';
import { createProgram } from '../src/program.ts';

/** What `holdfast` prints and throws for these arguments. */
async function run(
  ...args: string[]
): Promise<{ readonly output: string; readonly error: unknown }> {
  let output = '';
  const write = (text: string) => {
    output += text;
  };
  const program = createProgram();
  const quiet = (command: Command) => command.configureOutput({ writeOut: write, writeErr: write });
  for (const command of [program, ...program.commands]) quiet(command);
  const error: unknown = await program.parseAsync(args, { from: 'user' }).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return { output, error };
}

test.each([
  [
    ['stress', '--users', 'many'],
    "'--users <n>' argument 'many' is invalid. It must be a whole number",
  ],
  [
    ['stress', '--seats', '0'],
    "'--seats <n>' argument '0' is invalid. It must be a whole number from 1",
  ],
  [['stress', '--url', 'localhost'], 'It must be a URL like http://127.0.0.1:3000'],
  [['stress', '--usrs', '7'], 'Did you mean --users?'],
  [['stress', '--duration', '5'], '--duration needs --rate'],
  [['stress', 'quickly'], 'too many arguments'],
  [
    ['token', '--role', 'king'],
    "'--role <role>' argument 'king' is invalid. Allowed choices are user",
  ],
  [['token', '--user', ''], "'--user <id>' argument '' is invalid. It must not be empty."],
  [['token', '--user', 'a\u0007b'], 'It must be one line of text that is seen.'],
  [['token', '--user', 'x'.repeat(201)], 'It may have 200 characters at most.'],
  [['token', '--expires-in', 'soon'], "'--expires-in <time>' argument 'soon' is invalid"],
  [['audit', '--event', '42'], "'--event <id>' argument '42' is invalid. It must be a UUID"],
  [['start', '--port', '99999'], 'whole number from 0 to 65,535'],
  [['stress', '--processes', '9'], 'whole number from 1 to 8'],
  [['start', '--processes', '0'], 'whole number from 1 to 8'],
  [
    ['stress', '--url', 'http://127.0.0.1:1', '--processes', '2'],
    '--processes is for a Holdfast that the command starts itself',
  ],
  [
    ['stress', '--url', 'http://127.0.0.1:1', '--without-redis'],
    '--without-redis is for a Holdfast that the command starts itself',
  ],
  [['chaos'], "'--fault <name>' not specified"],
  [['chaos', '--fault', 'redis-explode'], 'Allowed choices are redis-kill, redis-empty'],
  [['demos'], 'Did you mean demo?'],
])('bad usage is refused with 2, and names what is wrong and the fix: %j', async (args, says) => {
  const { error } = await run(...args);
  expect(messageOf(error)).toContain(says);
  expect(exitCodeOf(error)).toBe(exitCode.usage);
});

afterEach(() => vi.unstubAllEnvs());

test.each([
  ['audit', 'DATABASE_URL'],
  ['doctor', 'DATABASE_URL'],
  ['doctor', 'REDIS_URL'],
  ['migrate', 'DATABASE_URL'],
  ['demo', 'DATABASE_URL'],
  ['demo', 'REDIS_URL'],
  ['stress', 'REDIS_URL'],
  ['start', 'PORT'],
])('so is a wrong variable: %s with a %s that is nonsense', async (command, name) => {
  for (const other of ['DATABASE_URL', 'REDIS_URL', 'PORT']) vi.stubEnv(other, '');
  vi.stubEnv(name, 'nonsense');
  const { error } = await run(command);
  const wrong = name === 'PORT' ? 'must be a whole number' : 'is not a URL that starts with';
  expect(messageOf(error)).toContain(`${name} ${wrong}`);
  expect(exitCodeOf(error)).toBe(exitCode.usage);
});

test.each([
  [[]],
  [['demo']],
  [['stress']],
  [['chaos']],
  [['start']],
  [['audit']],
  [['doctor']],
  [['checklist']],
  [['token']],
  [['migrate']],
])(
  'help teaches: defaults, examples and exit codes, in 80 columns: holdfast %j --help',
  async (command) => {
    const { output, error } = await run(...command, '--help');
    expect(exitCodeOf(error)).toBe(exitCode.kept);
    expect(output).toContain('Examples:');
    expect(output).toContain('Exit codes:');
    expect(output.split('\n').filter((line) => line.length > 80)).toEqual([]);
  },
);
