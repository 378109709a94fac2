import type { ZodError } from 'zod';

/** One part of an input that has to change. */
export interface FieldFault {
  /** Where it is, with dots: `saleWindow.opensAt`. The input as a whole is `input`. */
  readonly path: string;
  readonly message: string;
}

/** An answer names at most so many fields, and so much of each name: input never grows the answer. */
const fieldCountMax = 20;
const pathLengthMax = 100;

/**
 * What a caller has to change, from what zod found. Every unknown key is named on its own.
 *
 * @example fieldFaultsOf(error) // [{ path: 'quantity', message: 'Too small: expected number to be >=1' }]
 */
export function fieldFaultsOf(error: ZodError): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  for (const issue of error.issues) {
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : [null];
    for (const key of keys) {
      if (faults.length === fieldCountMax) return faults;
      faults.push(fieldFault(issue.path, key, issue.message));
    }
  }
  return faults;
}

function fieldFault(path: readonly PropertyKey[], key: string | null, message: string): FieldFault {
  const names = (key === null ? path : [...path, key]).map(String);
  return {
    path: names.length === 0 ? 'input' : names.join('.').slice(0, pathLengthMax),
    message: key === null ? message : 'There is no such field. Leave it out.',
  };
}
