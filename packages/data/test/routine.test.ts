import { expect, test } from 'vitest';
import { routine } from '../src/sql/routine.ts';

const text = {
  key: 'eventId',
  returns: 'n int',
  body: 'begin return query select 1 from events where id = :eventId::uuid and seat_count > :least::int; end',
};

test('a routine takes its parameters in order, the key first, with their types', () => {
  const count = routine('count', {
    ...text,
    body: text.body.replace('where', 'where :least > 0 and'),
  });
  expect(count.create).toContain(`${count.name}(uuid, int) returns table (n int)`);
  expect(count.create).toContain('where $2 > 0 and id = $1::uuid and seat_count > $2::int');
  expect(count.distribute).toContain(`'${count.name}(uuid, int)', '$1'`);
  expect(count.call({ least: 3, eventId: 'an id' })).toMatchObject({
    text: `select * from ${count.name}($1, $2)`,
    values: ['an id', 3],
  });
});

test('another text has another name, so that releases beside each other each call their own', () => {
  const other = routine('count', { ...text, body: text.body.replace('select 1', 'select 2') });
  expect(other.name).not.toBe(routine('count', text).name);
});

test('a parameter without a type, and a call without a value, are bugs', () => {
  const body = 'begin perform :untyped; end';
  expect(() => routine('count', { ...text, body })).toThrow('eventId has no type');
  expect(() => routine('count', text).call({ eventId: 'an id' })).toThrow('least has no value');
});
