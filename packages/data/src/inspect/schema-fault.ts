import type { CatalogEntry } from './catalog.ts';

/** Something about the tables that is not as the migrations make it. */
export interface SchemaFault {
  readonly kind: 'migration' | 'table' | 'trigger' | 'function' | 'right' | CatalogEntry['kind'];
  readonly name: string;
  readonly state: 'missing' | 'different' | 'invalid';
  /** Without it something wrong may be written, or a statement fails. Else it costs time. */
  readonly isGuard: boolean;
  /** SQL, or a command, that puts it right. */
  readonly fix: string;
}
