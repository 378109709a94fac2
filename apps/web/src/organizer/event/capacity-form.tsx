import type { Event } from '@holdfast/client';
import { useCommand, useHoldfastClient } from '@holdfast/react';
import { type SubmitEvent, useState } from 'react';
import { useMessages } from '../../language/language-provider.tsx';
import { Button } from '../../parts/button.tsx';
import { Field, focusField } from '../../parts/field.tsx';
import { CommandNews } from '../command-news.tsx';
import { faultsByField } from '../faults-by-field.ts';
import { organizerMessages } from '../messages.ts';

interface CapacityFormProps {
  readonly event: Event;
  readonly onChanged: () => void;
}

/** Changes how many seats there are. */
export function CapacityForm({ event, onChanged }: CapacityFormProps) {
  const say = useMessages(organizerMessages);
  const client = useHoldfastClient();
  const eventId = event.id;
  const change = useCommand((seatCount: number) =>
    client.event.setCapacity({ eventId, seatCount }),
  );
  const [text, setText] = useState<string | null>(null);
  const shown = text ?? String(event.seatCount);
  const submit = async (submitted: SubmitEvent) => {
    submitted.preventDefault();
    const answer = await change.run(Number(shown));
    if (answer?.status === 'accepted') setText(null);
    else focusField('capacity');
    onChanged();
  };
  const { state } = change;
  const faults = faultsByField(state.status === 'failed' ? state.error : null);
  const message = faults.get('seatCount');
  return (
    <form className="form card" noValidate onSubmit={(submitted) => void submit(submitted)}>
      <Field
        name="capacity"
        label={say('event.capacity')}
        hint={say('event.capacityHint', { count: event.seatCount - event.availableSeats })}
        fault={message && say('form.api', { message })}
      >
        {(input) => (
          <input
            {...input}
            type="number"
            inputMode="numeric"
            min={1}
            value={shown}
            onChange={({ target }) => setText(target.value)}
          />
        )}
      </Field>
      <Button type="submit" isBusy={state.status === 'running'}>
        {say('event.capacityDo')}
      </Button>
      <CommandNews state={state} />
    </form>
  );
}
