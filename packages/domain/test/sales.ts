import type { StockCommand } from '@holdfast/domain/stock';
import type { TimeSlotCommand } from '@holdfast/domain/time-slots';
import { reserve, tables as slotTables } from '../examples/reserve-table.ts';
import { sell, tables as stockTables } from '../examples/sell-stock.ts';
import { pick, type Sale } from './storm.ts';

const customerCount = 40;
const ordersPerCustomerMax = 2;
const reservationsPerGuestMax = 1;

/** Notes what is wrong with a row as soon as it is so; what is rolled back is forgotten. */
const noting = (what: string, { table, when }: { table: string; when: string }) => `
create function note_${what}() returns trigger language plpgsql as $$
begin
  if ${when} then insert into harm values ('${what}'); end if;
  return null;
end $$;
create trigger note_${what} after insert or update on ${table}
  for each row execute function note_${what}();
`;

/** 100 pieces. Few customers and few ids, so that commands meet; carts that lapse meanwhile. */
export const stock: Sale<StockCommand> = {
  tables: stockTables,
  opening: `
    create table harm (what text);
    insert into products values ('crate', 'A crate', now(), 100, 0, 0, 0);
    ${noting('oversold', { table: 'products', when: 'new.stock_quantity < 0' })}
    ${noting('over_limit', {
      table: 'orders',
      when: `${ordersPerCustomerMax} < (select count(*) from orders
        where customer_id = new.customer_id and status in ('held', 'confirmed'))`,
    })}
  `,
  customerCount,
  command(customer, random) {
    const customerId = `customer-${customer}`;
    const number = Math.floor(random() * 5);
    const named = { orderId: `${customerId}-${number}`, customerId };
    const claim = { ...named, quantity: 1 + (number % 3) };
    return pick<StockCommand>(
      [
        { type: 'purchase', ...claim },
        { type: 'purchase', ...claim },
        { type: 'put_in_cart', ...claim },
        { type: 'put_in_cart', ...claim },
        { type: 'check_out', ...named },
        { type: 'check_out', ...named },
        { type: 'cancel_order', ...named },
      ],
      random,
    );
  },
  give: (pool, command) =>
    sell(
      pool,
      {
        productId: 'crate',
        policy: { quantityPerOrderMax: 3, ordersPerCustomerMax, cartDurationMs: 60 },
      },
      command,
    ),
  orders: 'orders',
  sums: `
    select 'stock is off' from products where stock_quantity <>
      100 - (select sum(quantity) from orders where status in ('held', 'confirmed'))
    union select 'reserved is off' from products where reserved_quantity <>
      (select coalesce(sum(quantity), 0) from orders where status = 'held')
    union select 'sold is off' from products where sold_quantity <>
      (select coalesce(sum(quantity), 0) from orders where status = 'confirmed')
    union select 'an order is there twice' from orders group by id having count(*) > 1`,
};

/** 30 places, for far more guests than fit. */
export const slot: Sale<TimeSlotCommand> = {
  tables: slotTables,
  opening: `
    create table harm (what text);
    insert into time_slots values ('friday', 'anchor', now() + interval '1 day', 30, 30, 0);
    ${noting('oversold', { table: 'time_slots', when: 'new.table_capacity < 0' })}
    ${noting('over_limit', {
      table: 'reservations',
      when: `${reservationsPerGuestMax} < (select count(*) from reservations
        where guest_id = new.guest_id and status in ('held', 'confirmed'))`,
    })}
  `,
  customerCount,
  command(guest, random) {
    const guestId = `guest-${guest}`;
    const number = Math.floor(random() * 3);
    const named = { reservationId: `${guestId}-${number}`, guestId };
    const claim: TimeSlotCommand = { type: 'reserve_table', ...named, partySize: 1 + number };
    return pick<TimeSlotCommand>([claim, claim, { type: 'cancel_reservation', ...named }], random);
  },
  give: (pool, command) =>
    reserve(
      pool,
      { slotId: 'friday', policy: { partySizeMax: 4, reservationsPerGuestMax } },
      command,
    ),
  orders: 'reservations',
  sums: `
    select 'places are off' from time_slots where table_capacity <>
      30 - (select sum(party_size) from reservations where status in ('held', 'confirmed'))
    union select 'a reservation is there twice' from reservations
      group by id having count(*) > 1`,
};
