/**
 * A service could not be had on this machine. The message names everything that was tried, in
 * order, and the mend.
 */
export class ServiceUnavailable extends Error {
  override readonly name = 'ServiceUnavailable';

  constructor(service: string, tried: readonly string[], mend: string) {
    const steps = tried.map((step, index) => `  ${index + 1}. ${step}`).join('\n');
    super(`${service} could not be started. Tried, in order:\n${steps}\nMend: ${mend}`);
  }
}
