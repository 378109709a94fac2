import { Migration20261122142122 } from './Migration20261122142122.ts';
import { Migration20261122170916 } from './Migration20261122170916.ts';
import { Migration20261125163222 } from './Migration20261125163222.ts';
import { Migration20261126145059 } from './Migration20261126145059.ts';
import { Migration20261126145309 } from './Migration20261126145309.ts';
import { Migration20261126161000 } from './Migration20261126161000.ts';
import { Migration20261126230000 } from './Migration20261126230000.ts';
import { Migration20261127041500 } from './Migration20261127041500.ts';
import { Migration20261127042700 } from './Migration20261127042700.ts';
import { Migration20261127043000 } from './Migration20261127043000.ts';
import { Migration20261127043900 } from './Migration20261127043900.ts';
import { Migration20261127050000 } from './Migration20261127050000.ts';
import { Migration20261127051000 } from './Migration20261127051000.ts';
import { Migration20261127053500 } from './Migration20261127053500.ts';
import { Migration20261127053900 } from './Migration20261127053900.ts';
import { Migration20261127061500 } from './Migration20261127061500.ts';
import { Migration20261127125500 } from './Migration20261127125500.ts';
import { Migration20261127150000 } from './Migration20261127150000.ts';
import { Migration20261127190000 } from './Migration20261127190000.ts';

/** Every migration, the oldest first. As a list, so that no folder is read at run time. */
export const migrations = [
  Migration20261122142122,
  Migration20261122170916,
  Migration20261125163222,
  Migration20261126145059,
  Migration20261126145309,
  Migration20261126161000,
  Migration20261126230000,
  Migration20261127041500,
  Migration20261127042700,
  Migration20261127043000,
  Migration20261127043900,
  Migration20261127050000,
  Migration20261127051000,
  Migration20261127053500,
  Migration20261127053900,
  Migration20261127061500,
  Migration20261127125500,
  Migration20261127150000,
  Migration20261127190000,
];
