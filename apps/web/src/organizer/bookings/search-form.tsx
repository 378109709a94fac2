import type { Inputs } from '@holdfast/client';
import type { SubmitEvent } from 'react';
import { useMessages } from '../../language/language-provider.tsx';
import { Button } from '../../parts/button.tsx';
import { Field } from '../../parts/field.tsx';
import { organizerMessages } from '../messages.ts';
import { faultsByField } from '../faults-by-field.ts';
import { statuses } from './statuses.ts';

/** What is looked for. What is left out does not matter. */
export type Search = Pick<Inputs['event']['bookings'], 'userId' | 'bookingId' | 'status'>;

interface SearchFormProps {
  /** Why the last search could not be made. */
  readonly error: Error | null;
  readonly isBusy: boolean;
  readonly onSearch: (search: Search) => void;
}

/** Looks for bookings by user, by id and by status. */
export function SearchForm({ error, isBusy, onSearch }: SearchFormProps) {
  const say = useMessages(organizerMessages);
  const faults = faultsByField(error);
  const faultAt = (name: string) => {
    const message = faults.get(name);
    return message && say('form.api', { message });
  };
  const submit = (submitted: SubmitEvent<HTMLFormElement>) => {
    submitted.preventDefault();
    onSearch(searchIn(new FormData(submitted.currentTarget)));
  };
  return (
    <search aria-label={say('bookings.search')}>
      <form className="search" noValidate onSubmit={submit}>
        <Field
          name="userId"
          label={say('bookings.user')}
          hint={say('bookings.userHint')}
          fault={faultAt('userId')}
        >
          {(input) => <input {...input} className="field" autoComplete="off" spellCheck={false} />}
        </Field>
        <Field
          name="bookingId"
          label={say('bookings.id')}
          hint={say('bookings.idHint')}
          fault={faultAt('bookingId')}
        >
          {(input) => <input {...input} className="field" autoComplete="off" spellCheck={false} />}
        </Field>
        <Field name="status" label={say('bookings.status')}>
          {(input) => (
            <select {...input} className="field">
              <option value="">{say('bookings.any')}</option>
              {statuses.map((status) => (
                <option key={status} value={status}>
                  {say(`bookings.${status}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Button type="submit" look="primary" isBusy={isBusy}>
          {say('bookings.find')}
        </Button>
      </form>
    </search>
  );
}

function searchIn(form: FormData): Search {
  const textAt = (name: string) => {
    const value = form.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  const [userId, bookingId] = [textAt('userId'), textAt('bookingId')];
  const status = statuses.find((each) => each === form.get('status'));
  return {
    ...(userId !== '' && { userId }),
    ...(bookingId !== '' && { bookingId }),
    ...(status !== undefined && { status }),
  };
}
