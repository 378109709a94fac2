import { type Fault, HoldfastError } from '@holdfast/client';

/** Why a read failed, in the client's words; `bug`: it was none of its errors. */
export function faultOf(error: Error): Fault | 'bug' {
  const cause = error instanceof HoldfastError ? error : error.cause;
  return cause instanceof HoldfastError ? cause.fault : 'bug';
}
