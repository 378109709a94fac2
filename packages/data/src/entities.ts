/** The tables as MikroORM's entities, and the MikroORM behind an open database. The rest of this package names no type of it. */
export { ormOf } from './connection/orm-of.ts';
export { Booking } from './schema/entities/booking.ts';
export { Event } from './schema/entities/event.ts';
