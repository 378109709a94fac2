import { InvalidInput } from '@holdfast/sales';

/** @throws InvalidInput */
export function checkUuid(field: string, value: string): void {
  if (/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(value)) return;
  throw new InvalidInput(
    field,
    `is ${JSON.stringify(value)}, which is no UUID: make one with crypto.randomUUID().`,
  );
}

/** What an integer of PostgreSQL can be. */
const integerMax = 2 ** 31 - 1;

/** @throws InvalidInput */
export function checkWhole(field: string, value: number, min: number): void {
  if (Number.isInteger(value) && value >= min && value <= integerMax) return;
  throw new InvalidInput(field, `is ${value}: give a whole number from ${min} to ${integerMax}.`);
}
