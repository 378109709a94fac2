import type { ComponentProps } from 'react';

interface ButtonProps extends Omit<ComponentProps<'button'>, 'disabled'> {
  /** `primary`: what most people want here, once on a page. `danger`: what cannot be taken back. */
  readonly look?: 'primary' | 'plain' | 'danger' | 'quiet';
  /** What it has begun is still going on: it stays where the keyboard is, and does nothing more. */
  readonly isBusy?: boolean;
  /** It cannot be used now, but it can be found, so that a screen reader tells that it is there. */
  readonly isOff?: boolean;
}

/** A button of the pages. It is never `disabled`, which would take the keyboard's place away. */
export function Button({
  look = 'plain',
  isBusy = false,
  isOff = false,
  onClick,
  ...rest
}: ButtonProps) {
  const isIdle = !isBusy && !isOff;
  return (
    <button
      type="button"
      className={`button button-${look}`}
      aria-busy={isBusy || undefined}
      aria-disabled={!isIdle || undefined}
      {...rest}
      onClick={isIdle ? onClick : (event) => event.preventDefault()}
    />
  );
}
