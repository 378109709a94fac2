import type { ReactNode } from 'react';

/** What an input takes over, so that its label, its hint and its fault are told with it. */
interface InputProps {
  readonly id: string;
  readonly name: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': true | undefined;
}

export interface FieldProps {
  /** Also the name under which the form has its value. One page has one field of a name. */
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly fault?: ReactNode;
  readonly children: (input: InputProps) => ReactNode;
}

/**
 * A field of a form: its label, what helps to fill it in, and what is wrong with it.
 *
 * @example <Field name="title" label="Title">{(input) => <input {...input} />}</Field>
 */
export function Field({ name, label, hint, fault, children }: FieldProps) {
  const id = fieldId(name);
  const described = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(' ');
  return (
    <div className="form-field">
      <label htmlFor={id}>{label}</label>
      {hint && (
        <p id={`${id}-hint`} className="hint">
          {hint}
        </p>
      )}
      {fault && (
        <p id={`${id}-fault`} className="field-error">
          {fault}
        </p>
      )}
      {children({
        id,
        name,
        'aria-describedby': described === '' ? undefined : described,
        'aria-invalid': fault ? true : undefined,
      })}
    </div>
  );
}

/** Brings the keyboard to a field. */
export function focusField(name: string): void {
  document.querySelector<HTMLElement>(`#${fieldId(name)}`)?.focus();
}

const fieldId = (name: string) => `field-${name}`;
