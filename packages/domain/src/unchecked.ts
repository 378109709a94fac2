/**
 * `decideGroup`, `decideOrders` and `stateOf` without a check of what they are handed. They are for callers who
 * have checked it before, and who decide thousands of commands a second: packages/data. All others
 * take them from index.ts. The check takes 14 µs for a group of 50, and deciding it 30.
 */
export { decideGroup } from './deciding/decide-group.ts';
export { stateOf } from './state/state.ts';
export { decideOrders } from './orders/decide-orders.ts';
