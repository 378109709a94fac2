import { describe, expect, test } from 'vitest';
import { fieldAt, fieldNames, readForm } from '../src/organizer/create/read-form.ts';

const filled = {
  title: ' The concert ',
  date: '2999-06-01T20:00',
  seatCount: '100',
  opensAt: '',
  closes: 'date',
  closesAt: '',
  quantityPerBookingMax: '10',
  activeBookingsPerUserMax: '1',
  holdMinutes: '10',
  holdExtensionMinutes: '0',
  extendsWhenSoldOut: 'on',
  holdPauseMinutes: '0',
  cancelDeadlineHours: '',
};

function formWith(changes: Partial<typeof filled>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...filled, ...changes })) form.set(name, value);
  return form;
}

const instant = (local: string) => new Date(local).toISOString();

describe('the form of a new event', () => {
  test('says what stands in it, in the units of the api', () => {
    expect(readForm(formWith({}))).toEqual({
      status: 'read',
      draft: {
        title: 'The concert',
        date: instant('2999-06-01T20:00'),
        seatCount: 100,
        saleWindow: { opensAt: null, closesAt: 'date' },
        policy: {
          quantityPerBookingMax: 10,
          activeBookingsPerUserMax: 1,
          holdDurationMs: 600_000,
          holdExtensionMaxMs: 0,
          extendsWhenSoldOut: true,
          holdPauseMs: 0,
          cancelDeadlineMs: null,
        },
      },
    });
  });

  test('reads the end of the sale as it was chosen, parts of minutes, and deadlines in hours', () => {
    const closesAt = '2999-05-01T12:00';
    const opensAt = '2999-04-01T09:30';
    const at = {
      closes: 'moment',
      closesAt,
      opensAt,
      holdMinutes: '1.5',
      cancelDeadlineHours: '0',
    };
    expect(readForm(formWith(at))).toMatchObject({
      draft: {
        saleWindow: { opensAt: instant(opensAt), closesAt: instant(closesAt) },
        policy: { holdDurationMs: 90_000, cancelDeadlineMs: 0 },
      },
    });
    expect(readForm(formWith({ closes: 'never', cancelDeadlineHours: '48' }))).toMatchObject({
      draft: { saleWindow: { closesAt: null }, policy: { cancelDeadlineMs: 172_800_000 } },
    });
  });

  test('names each field that has nothing to send, and sends nothing then', () => {
    const empty = { title: '  ', date: '', seatCount: '', closes: 'moment', holdMinutes: 'ten' };
    const read = readForm(formWith(empty));
    if (read.status === 'read') throw new Error('There is nothing to send.');
    expect(Object.fromEntries(read.flaws)).toEqual({
      title: 'missing',
      date: 'moment',
      seatCount: 'missing',
      closesAt: 'moment',
      holdMinutes: 'number',
    });
  });

  test('has a field for what the api finds wrong', () => {
    expect(fieldAt('policy.holdDurationMs')).toBe('holdMinutes');
    expect(fieldNames).toContain(fieldAt('saleWindow.closesAt'));
    expect(fieldAt('eventId')).toBeNull();
  });
});
