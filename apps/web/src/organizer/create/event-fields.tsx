import type { ReactNode } from 'react';
import { useMessages } from '../../language/language-provider.tsx';
import { Field, type FieldProps } from '../../parts/field.tsx';
import { organizerMessages } from '../messages.ts';
import { type HintedName, labelKeys } from './label-keys.ts';
import type { FieldName } from './read-form.ts';

interface EventFieldsProps {
  readonly faults: ReadonlyMap<FieldName, ReactNode>;
}

/** All that can be said of a new event. What stands in the fields at first is what most sales want. */
export function EventFields({ faults }: EventFieldsProps) {
  const say = useMessages(organizerMessages);
  return (
    <>
      <Group title={say('create.basics')}>
        <Told name="title" faults={faults}>
          {(input) => <input {...input} maxLength={200} autoComplete="off" />}
        </Told>
        <Moment name="date" faults={faults} />
        <Amount name="seatCount" start={100} min={1} faults={faults} />
      </Group>
      <Group title={say('create.window')}>
        <Moment name="opensAt" faults={faults} />
        <Told name="closes" faults={faults}>
          {(input) => (
            <select {...input} defaultValue="date">
              {(['date', 'moment', 'never'] as const).map((end) => (
                <option key={end} value={end}>
                  {say(`create.closes.${end}`)}
                </option>
              ))}
            </select>
          )}
        </Told>
        <Moment name="closesAt" faults={faults} />
      </Group>
      <Group title={say('create.limits')}>
        <Amount name="quantityPerBookingMax" start={10} min={1} faults={faults} />
        <Amount name="activeBookingsPerUserMax" start={1} min={1} faults={faults} />
      </Group>
      <Group title={say('create.holds')}>
        <Amount name="holdMinutes" start={10} faults={faults} />
        <Amount name="holdExtensionMinutes" start={0} faults={faults} />
        <label className="check">
          <input type="checkbox" name="extendsWhenSoldOut" defaultChecked />
          {say('create.extendsWhenSoldOut')}
        </label>
        <Amount name="holdPauseMinutes" start={0} faults={faults} />
      </Group>
      <Group title={say('create.back')}>
        <Amount name="cancelDeadlineHours" start="" faults={faults} />
      </Group>
    </>
  );
}

interface ToldProps extends EventFieldsProps {
  readonly name: HintedName;
}

/** A field with the label and the help of its name. */
function Told({ name, faults, children }: ToldProps & Pick<FieldProps, 'children'>) {
  const say = useMessages(organizerMessages);
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const hint = say(`${labelKeys[name]}Hint`, { zone });
  return (
    <Field name={name} label={say(labelKeys[name])} hint={hint} fault={faults.get(name)}>
      {children}
    </Field>
  );
}

interface AmountProps extends ToldProps {
  readonly start: number | '';
  readonly min?: number;
}

function Amount({ start, min = 0, ...told }: AmountProps) {
  return (
    <Told {...told}>
      {(input) => (
        <input
          {...input}
          type="number"
          inputMode="decimal"
          step="any"
          min={min}
          defaultValue={start}
        />
      )}
    </Told>
  );
}

function Moment(told: ToldProps) {
  return <Told {...told}>{(input) => <input {...input} type="datetime-local" />}</Told>;
}

function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <fieldset className="group">
      <legend>{title}</legend>
      {children}
    </fieldset>
  );
}
