import { randomBytes } from 'node:crypto';
import { providedServices } from './provided.ts';

/**
 * A name that nobody else uses, for Redis keys and queues: test files share one Redis, and those
 * that shared a name would see each other.
 *
 * @example freshPrefix() // 'holdfast_test_5f0a1b2c_9d8e7f6a5b4c'
 */
export function freshPrefix(): string {
  return `${providedServices().runName}_${randomBytes(6).toString('hex')}`;
}
