/**
 * The environment of a server under test: this process's, with `changes`; `null` takes a variable
 * away. The only place of this package that reads `process.env`.
 */
export function childEnv(changes: Readonly<Record<string, string | null>>): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env };
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) delete env[name];
    else env[name] = value;
  }
  return env;
}
