import { lazy, Suspense, useState } from 'react';
import { Button } from './button.tsx';
import type { ConfirmDialogProps } from './confirm-dialog.tsx';

const ConfirmDialog = lazy(() => import('./confirm-dialog.tsx'));

interface AskFirstProps extends Omit<ConfirmDialogProps, 'isOpen' | 'onClose'> {
  /** What the button that opens the question says. */
  readonly label: string;
  readonly look?: 'plain' | 'danger' | 'quiet';
  readonly isBusy?: boolean;
}

/**
 * A button that asks before it does something that cannot be taken back.
 *
 * @example
 * <AskFirst label="Cancel booking" title="Give both seats back?" doIt="Give back" leaveIt="Keep them" onConfirm={cancel}>
 *   <p>Others can buy them at once.</p>
 * </AskFirst>
 */
export function AskFirst({ label, look = 'plain', isBusy = false, ...dialog }: AskFirstProps) {
  const [isOpen, setIsOpen] = useState(false);
  const [wasOpened, setWasOpened] = useState(false);
  const open = () => {
    setWasOpened(true);
    setIsOpen(true);
  };
  return (
    <>
      <Button look={look} isBusy={isBusy} aria-haspopup="dialog" onClick={open}>
        {label}
      </Button>
      {wasOpened && (
        <Suspense>
          <ConfirmDialog {...dialog} isOpen={isOpen} onClose={() => setIsOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
