import type { Inputs } from '@holdfast/client';

/** The fields of the form, by the names that their inputs have. */
export const fieldNames = [
  'title',
  'date',
  'seatCount',
  'opensAt',
  'closes',
  'closesAt',
  'quantityPerBookingMax',
  'activeBookingsPerUserMax',
  'holdMinutes',
  'holdExtensionMinutes',
  'extendsWhenSoldOut',
  'holdPauseMinutes',
  'cancelDeadlineHours',
] as const;

export type FieldName = (typeof fieldNames)[number];

/** What is wrong with a field, as far as the page can tell by itself. */
type Flaw = 'missing' | 'number' | 'moment';

type Draft = Omit<Inputs['event']['create'], 'eventId'>;

export type ReadForm =
  | { readonly status: 'read'; readonly draft: Draft }
  | { readonly status: 'flawed'; readonly flaws: ReadonlyMap<FieldName, Flaw> };

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/**
 * What was filled in, in the words of the api; or which fields have nothing that could be sent. What the rules say of
 * it, the api says.
 *
 * @example readForm(new FormData(form)) // { status: 'read', draft: { title: 'A concert', … } }
 */
export function readForm(form: FormData): ReadForm {
  const flaws = new Map<FieldName, Flaw>();
  const { text, number, moment } = readersOf(form, flaws);
  const [holdMs, extensionMs] = [
    number('holdMinutes', minuteMs),
    number('holdExtensionMinutes', minuteMs),
  ];
  const draft: Draft = {
    title: text('title'),
    date: moment('date') ?? '',
    seatCount: number('seatCount'),
    saleWindow: {
      opensAt: form.get('opensAt') === '' ? null : moment('opensAt'),
      closesAt: form.get('closes') === 'moment' ? moment('closesAt') : closesAtOf(form),
    },
    policy: {
      quantityPerBookingMax: number('quantityPerBookingMax'),
      activeBookingsPerUserMax: number('activeBookingsPerUserMax'),
      holdDurationMs: holdMs,
      holdExtensionMaxMs: extensionMs,
      extendsWhenSoldOut: form.has('extendsWhenSoldOut'),
      holdPauseMs: number('holdPauseMinutes', minuteMs),
      cancelDeadlineMs:
        form.get('cancelDeadlineHours') === '' ? null : number('cancelDeadlineHours', hourMs),
    },
  };
  return flaws.size > 0 ? { status: 'flawed', flaws } : { status: 'read', draft };
}

const closesAtOf = (form: FormData) => (form.get('closes') === 'never' ? null : 'date');

/** Read single fields, and note what is wrong with them. */
function readersOf(form: FormData, flaws: Map<FieldName, Flaw>) {
  const plain = (name: FieldName) => {
    const value = form.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  const text = (name: FieldName) => {
    if (plain(name) === '') flaws.set(name, 'missing');
    return plain(name);
  };
  const number = (name: FieldName, unit = 1) => {
    const value = Number(text(name));
    if (!Number.isFinite(value)) flaws.set(name, 'number');
    return Math.round(value * unit);
  };
  /** As the browser has it, in its time zone, without one: as an instant. */
  const moment = (name: FieldName) => {
    const date = new Date(plain(name));
    if (!Number.isNaN(date.getTime())) return date.toISOString();
    flaws.set(name, 'moment');
    return null;
  };
  return { text, number, moment };
}

const fieldByPath: Readonly<Record<string, FieldName>> = {
  title: 'title',
  date: 'date',
  seatCount: 'seatCount',
  'saleWindow.opensAt': 'opensAt',
  'saleWindow.closesAt': 'closesAt',
  'policy.quantityPerBookingMax': 'quantityPerBookingMax',
  'policy.activeBookingsPerUserMax': 'activeBookingsPerUserMax',
  'policy.holdDurationMs': 'holdMinutes',
  'policy.holdExtensionMaxMs': 'holdExtensionMinutes',
  'policy.holdPauseMs': 'holdPauseMinutes',
  'policy.cancelDeadlineMs': 'cancelDeadlineHours',
};

/**
 * The field of the form that the api means.
 *
 * @example fieldAt('policy.holdDurationMs') // 'holdMinutes'
 */
export function fieldAt(path: string): FieldName | null {
  return fieldByPath[path] ?? null;
}
