import type { Role } from '@holdfast/process';

export type { Role };

/** Who calls. */
export interface User {
  readonly id: string;
  readonly role: Role;
}
