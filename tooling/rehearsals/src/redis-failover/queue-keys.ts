/** What all keys of the worker's queue begin with: the prefix in braces, as the engine has it. */
export function queuePrefixOf({ redisPrefix }: { readonly redisPrefix: string }): string {
  return `{${redisPrefix}}`;
}
