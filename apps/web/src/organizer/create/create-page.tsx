import { newId } from '@holdfast/client';
import { type CommandState, useCommand, useHoldfastClient } from '@holdfast/react';
import { type ReactNode, type SubmitEvent, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import { useMessages } from '../../language/language-provider.tsx';
import { Button } from '../../parts/button.tsx';
import { FaultList } from '../../parts/fault-list.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { CommandNews } from '../command-news.tsx';
import { faultsByField } from '../faults-by-field.ts';
import { organizerMessages } from '../messages.ts';
import { EventFields } from './event-fields.tsx';
import { fieldAt, type FieldName, readForm } from './read-form.ts';
import { labelKeys } from './label-keys.ts';

/** Makes an event, as a draft, and goes on to it. */
export function CreatePage() {
  const say = useMessages(organizerMessages);
  const [, go] = useLocation();
  const { event } = useHoldfastClient();
  // One for all tries: a double click, or a try again after a broken connection, makes one event.
  const [eventId] = useState(newId);
  const create = useCommand((draft: Parameters<typeof event.create>[0]) =>
    event.create({ ...draft, eventId }),
  );
  const [flaws, setFlaws] = useState<Faults>(noFaults);
  const faults = useFaults(flaws, create.state);
  const submit = async (submitted: SubmitEvent<HTMLFormElement>) => {
    submitted.preventDefault();
    const read = readForm(new FormData(submitted.currentTarget));
    if (read.status === 'flawed') {
      create.reset();
      setFlaws(new Map([...read.flaws].map(([name, flaw]) => [name, say(`form.${flaw}`)])));
      return;
    }
    setFlaws(noFaults);
    const answer = await create.run(read.draft);
    if (answer?.status === 'accepted') go(`/events/${eventId}`);
  };
  const shown = useMemo(
    () => [...faults].map(([name, fault]) => ({ name, label: say(labelKeys[name]), fault })),
    [faults, say],
  );
  return (
    <div className="narrow">
      <PageTitle title={say('create.title')} />
      <p>{say('create.lead')}</p>
      <form className="form" noValidate onSubmit={(submitted) => void submit(submitted)}>
        <FaultList title={say('form.faults')} faults={shown} />
        <EventFields faults={faults} />
        <Button look="primary" type="submit" isBusy={create.state.status === 'running'}>
          {say('create.button')}
        </Button>
        <CommandNews state={create.state} />
      </form>
    </div>
  );
}

type Faults = ReadonlyMap<FieldName, ReactNode>;

const noFaults: Faults = new Map();

/** What the page has found, and else what the api says of the fields. */
function useFaults(flaws: Faults, state: CommandState<unknown, object>): Faults {
  const say = useMessages(organizerMessages);
  return useMemo(() => {
    if (flaws.size > 0) return flaws;
    if (state.status === 'answered' && isOfRules(state.answer)) {
      return new Map([['opensAt', say('refused.invalid_rules')] as const]);
    }
    const told = faultsByField(state.status === 'failed' ? state.error : null);
    return new Map(
      [...told].flatMap(([path, message]) => {
        const name = fieldAt(path);
        return name === null ? [] : [[name, say('form.api', { message })] as const];
      }),
    );
  }, [flaws, state, say]);
}

function isOfRules(answer: object): boolean {
  return 'reason' in answer && answer.reason === 'invalid_rules';
}
