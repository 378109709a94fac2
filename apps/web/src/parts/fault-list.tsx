import { useEffect, type ReactNode } from 'react';
import { focusField } from './field.tsx';

/** A field that is wrong: its name, its label and what is wrong with it. */
export interface ShownFault {
  readonly name: string;
  readonly label: string;
  readonly fault: ReactNode;
}

interface FaultListProps {
  readonly title: string;
  /** A new list for every try: then the keyboard goes to its first field. */
  readonly faults: readonly ShownFault[];
}

/** What is wrong with a form, in one place, read out at once; each line leads to its field. */
export function FaultList({ title, faults }: FaultListProps) {
  useEffect(() => {
    const [first] = faults;
    if (first !== undefined) focusField(first.name);
  }, [faults]);
  if (faults.length === 0) return null;
  return (
    <div className="notice notice-bad" role="alert">
      <span className="notice-sign" aria-hidden="true">
        ✕
      </span>
      <div>
        <p className="notice-title">{title}</p>
        <ul>
          {faults.map(({ name, label, fault }) => (
            <li key={name}>
              <button type="button" className="link" onClick={() => focusField(name)}>
                {label}
              </button>{' '}
              {fault}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
