import type { CommandState } from '@holdfast/react';
import { lazy, type ReactNode, type SubmitEvent, Suspense, useId, useMemo, useState } from 'react';
import { useMessages } from '../../language/language-provider.tsx';
import { Button } from '../../parts/button.tsx';
import { FaultList } from '../../parts/fault-list.tsx';
import { Field } from '../../parts/field.tsx';
import { CommandNews, type OrganizerAnswer } from '../command-news.tsx';
import { faultsByField } from '../faults-by-field.ts';
import { organizerMessages } from '../messages.ts';

const ConfirmDialog = lazy(() => import('../../parts/confirm-dialog.tsx'));

/** A text that is asked for. */
export interface Asked {
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  /** What the api calls it. */
  readonly path: string;
}

/** What was written, by the names of the fields. */
export type Texts = Readonly<Record<string, string>>;

interface ActFormProps {
  readonly title: string;
  /** The same list as long as nothing changes in it: a new one brings the keyboard to what is wrong. */
  readonly fields: readonly Asked[];
  readonly button: string;
  readonly question: {
    readonly title: string;
    readonly text: (texts: Texts) => ReactNode;
    readonly doIt: string;
  };
  readonly state: CommandState<unknown, OrganizerAnswer>;
  readonly onAct: (texts: Texts) => void;
}

/** Asks for texts, and then whether it is really meant: what is done for a user cannot be taken back. */
export function ActForm({ title, fields, button, question, state, onAct }: ActFormProps) {
  const say = useMessages(organizerMessages);
  const headingId = useId();
  const [missing, setMissing] = useState<readonly string[]>([]);
  const [texts, setTexts] = useState<Texts | null>(null);
  const [isAsking, setIsAsking] = useState(false);
  const faults = useMemo(() => {
    const told = faultsByField(state.status === 'failed' ? state.error : null);
    return fields.flatMap(({ name, label, path }) => {
      const message = told.get(path);
      if (missing.includes(name)) return [{ name, label, fault: say('form.missing') }];
      return message === undefined ? [] : [{ name, label, fault: say('form.api', { message }) }];
    });
  }, [fields, missing, state, say]);
  const submit = (submitted: SubmitEvent<HTMLFormElement>) => {
    submitted.preventDefault();
    const read = textsIn(submitted.currentTarget, fields);
    const empty = fields.map(({ name }) => name).filter((name) => read[name] === '');
    setMissing(empty);
    setTexts(read);
    setIsAsking(empty.length === 0);
  };
  return (
    <form className="form card" aria-labelledby={headingId} noValidate onSubmit={submit}>
      <h2 id={headingId} className="card-title">
        {title}
      </h2>
      <FaultList title={say('form.faults')} faults={faults} />
      {fields.map(({ name, label, hint }) => (
        <Field
          key={name}
          name={name}
          label={label}
          hint={hint}
          fault={faults.find((each) => each.name === name)?.fault}
        >
          {(input) => <input {...input} maxLength={200} autoComplete="off" />}
        </Field>
      ))}
      <Button type="submit" isBusy={state.status === 'running'}>
        {button}
      </Button>
      <CommandNews state={state} />
      {texts !== null && (
        <Suspense>
          <ConfirmDialog
            isOpen={isAsking}
            title={question.title}
            doIt={question.doIt}
            leaveIt={say('cancel.leave')}
            onConfirm={() => onAct(texts)}
            onClose={() => setIsAsking(false)}
          >
            <p>{question.text(texts)}</p>
          </ConfirmDialog>
        </Suspense>
      )}
    </form>
  );
}

function textsIn(form: HTMLFormElement, fields: readonly Asked[]): Texts {
  const data = new FormData(form);
  return Object.fromEntries(
    fields.map(({ name }) => {
      const value = data.get(name);
      return [name, typeof value === 'string' ? value.trim() : ''];
    }),
  );
}
