import { Migration } from '@mikro-orm/migrations';

/** The restaurant's own tables, as any team might have them. */
export class CreateRestaurant extends Migration {
  override name = 'CreateRestaurant';

  override up(): void {
    // With it an exclusion constraint may compare numbers, beside ranges. PostgreSQL ships it, and trusts
    // whoever may create something in the database to create it.
    this.addSql('create extension if not exists btree_gist;');
    this.addSql('create schema restaurant;');
    this.addSql(`
      create table restaurant.restaurants (
        id int generated always as identity primary key,
        name text not null,
        time_zone text not null,
        slot_minutes int not null check (slot_minutes between 5 and 240),
        sitting_minutes int not null check (sitting_minutes between 15 and 480),
        cancel_until_minutes int not null check (cancel_until_minutes >= 0)
      );`);
    this.addSql(`
      create table restaurant.opening_hours (
        restaurant_id int not null references restaurant.restaurants,
        weekday text not null check
          (weekday in ('monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday')),
        opens time not null,
        closes time not null,
        primary key (restaurant_id, weekday, opens)
      );`);
    this.addSql(`
      create table restaurant.tables (
        id int generated always as identity primary key,
        restaurant_id int not null references restaurant.restaurants,
        name text not null,
        seats int not null check (seats >= 1),
        unique (restaurant_id, name)
      );`);
    // table_capacity: guests who may still come in this slot. guest_count_max: all who may.
    this.addSql(`
      create table restaurant.time_slots (
        id bigint generated always as identity primary key,
        restaurant_id int not null references restaurant.restaurants,
        starts_at timestamptz(3) not null,
        ends_at timestamptz(3) not null,
        closes_at timestamptz(3) not null,
        guest_count_max int not null,
        table_capacity int not null,
        held_capacity int not null default 0,
        check (starts_at < ends_at and ends_at <= closes_at),
        check (table_capacity + held_capacity <= guest_count_max),
        constraint one_slot_at_a_time
          exclude using gist (restaurant_id with =, tstzrange(starts_at, ends_at) with &&)
      );`);
    // An instant is the same whatever offset it was written with, so sittings compare right.
    this.addSql(`
      create table restaurant.reservations (
        id uuid primary key,
        slot_id bigint not null references restaurant.time_slots,
        guest_id text not null,
        party_size int not null,
        status text not null check (status in ('held', 'confirmed', 'cancelled', 'expired')),
        held_until timestamptz(3),
        table_id int not null references restaurant.tables,
        sitting tstzrange not null check (lower(sitting) < upper(sitting)),
        is_walk_in boolean not null default false,
        made_at timestamptz(3) not null default now(),
        constraint one_party_at_a_table
          exclude using gist (table_id with =, sitting with &&) where (status in ('held', 'confirmed'))
      );`);
  }

  override down(): void {
    this.addSql('drop schema restaurant cascade;');
  }
}
