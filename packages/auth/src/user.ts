import type { Role } from '@holdfast/process';

/** Who calls. */
export interface User {
  readonly id: string;
  readonly role: Role;
}
