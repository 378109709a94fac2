import { AlertDialog } from '@base-ui/react/alert-dialog';
import type { ReactNode } from 'react';

export interface ConfirmDialogProps {
  readonly isOpen: boolean;
  readonly title: string;
  readonly children: ReactNode;
  /** What the button that does it says. */
  readonly doIt: string;
  /** What the button that leaves all as it is says. */
  readonly leaveIt: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/**
 * Asks before something that cannot be taken back. Load it lazily (parts/ask-first.tsx does): few visits need it.
 */
export default function ConfirmDialog(props: ConfirmDialogProps) {
  const { isOpen, title, children, doIt, leaveIt, onConfirm, onClose } = props;
  return (
    <AlertDialog.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="dialog-backdrop" />
        <AlertDialog.Popup className="dialog">
          <AlertDialog.Title className="dialog-title">{title}</AlertDialog.Title>
          <AlertDialog.Description className="dialog-text" render={<div />}>
            {children}
          </AlertDialog.Description>
          <div className="dialog-buttons">
            <AlertDialog.Close className="button button-plain">{leaveIt}</AlertDialog.Close>
            <AlertDialog.Close className="button button-danger" onClick={onConfirm}>
              {doIt}
            </AlertDialog.Close>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
