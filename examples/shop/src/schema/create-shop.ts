import { Migration } from '@mikro-orm/migrations';

const products = `
  create table shop.products (
    id int generated always as identity primary key,
    name text not null unique,
    price_cents int not null check (price_cents >= 0),
    stock_quantity int not null default 0,
    reserved_quantity int not null default 0
  );`;

/**
 * Why there are more pieces than before, or fewer, other than by a sale. The sum of `quantity` is what came.
 * asked_quantity: what staff said, that a repeated id can be compared: so many delivered, or counted.
 */
const stockMovements = `
  create table shop.stock_movements (
    id uuid primary key,
    product_id int not null references shop.products,
    kind text not null check (kind in ('delivered', 'counted', 'damaged')),
    asked_quantity int not null,
    quantity int not null,
    made_at timestamptz(3) not null default now()
  );`;

/** lost_in: the stock-taking that took it from a cart. */
const orderLines = `
  create table shop.order_lines (
    id uuid primary key,
    order_id uuid not null,
    product_id int not null references shop.products,
    customer_id text not null,
    quantity int not null,
    price_cents int not null,
    state text not null check
      (state in ('in_cart', 'paid', 'cancelled', 'timed_out', 'returned', 'lost')),
    reserved_until timestamptz(3),
    is_restocked boolean,
    lost_in uuid references shop.stock_movements,
    made_at timestamptz(3) not null default now(),
    check ((state = 'returned') = (is_restocked is not null)),
    check ((state = 'lost') = (lost_in is not null))
  );
  create index on shop.order_lines (order_id);`;

/** The shop's own tables, as any team might have them. */
export class CreateShop extends Migration {
  override name = 'CreateShop';

  override up(): void {
    this.addSql('create schema shop;');
    for (const table of [products, stockMovements, orderLines]) this.addSql(table);
  }

  override down(): void {
    this.addSql('drop schema shop cascade;');
  }
}
