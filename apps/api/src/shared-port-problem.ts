/**
 * What is wrong with a port that was to be shared, and the fix; `null`: something else.
 *
 * @example sharedPortProblem(error, 3_000) // 'PORT 3000 is taken by a process that …'
 */
export function sharedPortProblem(error: unknown, port: number): string | null {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  switch (code) {
    case 'EADDRINUSE':
      return `PORT ${port} is taken by a process that does not share it, or of another user. Stop it, set PORT_SHARED=true there, too, or choose another.`;
    // Linux and the BSDs can, macOS and Windows cannot.
    case 'ENOTSUP':
      return 'This system cannot share a port, and PORT_SHARED is true. Leave it out, give each process a PORT of its own, and put a proxy before them.';
    default:
      return null;
  }
}
