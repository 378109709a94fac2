/**
 * A restaurant that sells its tables with the guards of Holdfast: from opening hours to slots, from a guest's
 * form to a table that nobody else gets.
 */
export { audit, type Violation } from './audit.ts';
export { createRestaurant, type NewRestaurant } from './create-restaurant.ts';
export { type Laying, laySlots } from './hours/lay-slots.ts';
export type { OpeningHours, Weekday } from './hours/opening-hours.ts';
export { type OpenRestaurant, openRestaurant, type RestaurantOptions } from './open-restaurant.ts';
export { migrate, openOrm } from './schema/orm.ts';
export { type GuestCountOutcome, setGuestCountMax } from './set-guest-count.ts';
