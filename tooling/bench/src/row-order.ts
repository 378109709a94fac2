import type { LoadName } from './plan.ts';
import type { Row } from './report.ts';
import { ways } from './ways/all.ts';

const amongOrder: readonly Row['among'][] = ['ways', 'processes'];
const loadOrder: readonly LoadName[] = ['hot', 'sell_out', 'many', 'reads'];
const subjectOrder = [...ways.map(({ name }) => name), 'bare', 'stock', 'empty'];

/**
 * Sorts rows as the tables have them, whatever the order in which they were measured.
 *
 * @example rows.toSorted(byPlace)
 */
export function byPlace(one: Row, other: Row): number {
  return (
    amongOrder.indexOf(one.among) - amongOrder.indexOf(other.among) ||
    loadOrder.indexOf(one.load) - loadOrder.indexOf(other.load) ||
    one.connections - other.connections ||
    subjectOrder.indexOf(one.way) - subjectOrder.indexOf(other.way) ||
    one.processes - other.processes
  );
}
