/**
 * A service could not be had on this machine. The message says why and how to fix that, in one
 * sentence each; where several ways were tried, it names them all, in order.
 */
export class ServiceUnavailable extends Error {
  override readonly name = 'ServiceUnavailable';

  constructor(service: string, tried: string | readonly string[], fix: string) {
    super(
      typeof tried === 'string'
        ? `${service} cannot run here: ${tried}. Fix: ${fix}`
        : `${service} could not be started. Tried, in order:\n${listOf(tried)}\nFix: ${fix}`,
    );
  }
}

function listOf(tried: readonly string[]): string {
  return tried.map((step, index) => `  ${index + 1}. ${step}`).join('\n');
}
