import { readPostgresUrl, UrlInvalid } from '@holdfast/server-urls';
import { z } from 'zod';
import { readSecretFiles } from './secret-files.ts';
import type { Variables } from './variables.ts';

/** A setting in the environment is missing or wrong. The message names each, and the fix. */
export class SettingsInvalid extends Error {
  override readonly name = 'SettingsInvalid';
}

interface SettingsSource<Schema extends z.ZodType> {
  /** What cannot start when they are wrong: `The api`. */
  readonly who: string;
  readonly schema: Schema;
  readonly variables: Variables;
  /** Those which may stand in a file instead: `DATABASE_URL`, for DATABASE_URL_FILE. Absent: none. */
  readonly secretNames?: readonly string[];
}

/**
 * Reads a process's settings. An empty variable counts as one that is not set, and a secret may stand
 * in a file: see `readSecretFiles`.
 *
 * Throws SettingsInvalid, which names every wrong variable, what is wrong with it, and the fix.
 * Values are not repeated: some of them are secrets.
 *
 * @example readSettings({ who: 'The worker', schema, variables: process.env, secretNames: ['DATABASE_URL'] })
 */
export function readSettings<Schema extends z.ZodType>({
  who,
  schema,
  variables,
  secretNames = [],
}: SettingsSource<Schema>): z.output<Schema> {
  const given = Object.entries(variables).filter(
    ([, value]) => value !== undefined && value !== '',
  );
  const files = readSecretFiles(variables, secretNames);
  const result = schema.safeParse(Object.fromEntries([...given, ...files.values]));
  if (result.success && files.problems.size === 0) return result.data;
  // What a file did not say is not missing as well.
  const issues = (result.error?.issues ?? []).filter(
    ({ path: [name] }) => !files.problems.has(String(name)),
  );
  const problems = [
    ...files.problems.values(),
    ...issues.map(({ path, message }) => `${path.join('.')} ${message}`),
  ];
  const lines = problems.map((problem) => `  ${problem}.`);
  throw new SettingsInvalid(`${who} cannot start. Fix the environment:\n${lines.join('\n')}`);
}

/** The settings, or the end of the process: the message on standard error, and exit 1. */
export function settingsOrExit<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SettingsInvalid)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** LOG_LEVEL */
export const logLevel = z.enum(logLevels, `is not one of ${logLevels.join(', ')}`).default('info');

/** A URL that one of the readers of URLs understands; `example` is shown where it is missing. */
export function urlReadBy(read: (text: string) => unknown, example: string) {
  return z.string(`is missing. Set it, as in ${example}`).superRefine((text, context) => {
    const message = problemOf(() => read(text));
    if (message !== null) context.addIssue({ code: 'custom', message });
  });
}

function problemOf(read: () => unknown): string | null {
  try {
    read();
    return null;
  } catch (error) {
    if (error instanceof UrlInvalid) return error.message;
    throw error;
  }
}

/** DATABASE_URL */
export const databaseUrl = urlReadBy(
  readPostgresUrl,
  'postgres://user:password@host:5432/holdfast',
);

/** A number within bounds, with a default. */
export function wholeNumber(min: number, max: number, fallback: number) {
  return boundedNumber(min, max, `Leave it out for ${fallback}`).default(fallback);
}

/** A number within bounds; `fix` is shown where it is none. */
export function boundedNumber(min: number, max: number, fix: string) {
  const message = `is not a whole number from ${min} to ${max}. ${fix}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, message)
    .transform(Number)
    .refine((value) => value >= min && value <= max, message);
}
