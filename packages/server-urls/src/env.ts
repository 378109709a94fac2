/** The variables by which libpq, and so every tool of PostgreSQL, is told the same as by a URL. */
const variableOf = {
  user: 'PGUSER',
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  sslnegotiation: 'PGSSLNEGOTIATION',
  options: 'PGOPTIONS',
} as const;

/** A parameter that the environment can give as well. */
export type EnvParameter = keyof typeof variableOf;

/** What the environment says where the URL does not. The only place here that reads it. */
export function parameterFromEnv(name: EnvParameter): string | undefined {
  return process.env[variableOf[name]] || undefined;
}

/** Those of these variables that are set, for a message. */
export function variablesSet(): readonly string[] {
  return Object.values(variableOf).filter((variable) => process.env[variable]);
}
