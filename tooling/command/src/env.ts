/** TERM=dumb or NO_COLOR: nothing but text, also on a terminal. */
export function wantsPlainText(): boolean {
  return process.env.TERM === 'dumb' || Boolean(process.env.NO_COLOR);
}

/**
 * The environment of a child process: this one's, with `changes`; `null` takes a variable away. What is
 * said here does not stand in a file (`DATABASE_URL_FILE`) as well.
 */
export function childEnv(changes: Readonly<Record<string, string | null>>): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env };
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) delete env[name];
    else env[name] = value;
    delete env[`${name}_FILE`];
  }
  return env;
}
