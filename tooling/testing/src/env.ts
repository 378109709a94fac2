/** Where Node keeps what it has compiled (vitest.config.ts), for processes that inherit nothing else. */
export function compileCacheEnv(): Readonly<Record<string, string | undefined>> {
  const { NODE_COMPILE_CACHE } = process.env;
  return { NODE_COMPILE_CACHE };
}
