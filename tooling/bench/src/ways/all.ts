import { guideAdmission } from './guide-admission.ts';
import { guideOptimistic } from './guide-optimistic.ts';
import {
  holdfast,
  holdfastByOrders,
  holdfastByRest,
  holdfastWithoutAdmission,
} from './holdfast.ts';
import { oneUpdate } from './one-update.ts';
import { ownTables } from './own-tables.ts';
import { rowLock } from './row-lock.ts';
import { skipLocked } from './skip-locked.ts';
import type { Way } from './way.ts';

export const ways: readonly Way[] = [
  guideOptimistic,
  rowLock,
  oneUpdate,
  skipLocked,
  guideAdmission,
  ownTables,
  holdfastWithoutAdmission,
  holdfastByRest,
  holdfastByOrders,
  holdfast,
];
