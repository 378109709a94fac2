import { useMemo } from 'react';
import { useMessages } from '../../language/language-provider.tsx';
import { organizerMessages } from '../messages.ts';
import { ActForm } from './act-form.tsx';
import { reasonField } from './reason-field.ts';
import type { ForUser } from './use-act-for-user.ts';

/** Cancels a booking for its user, with a reason. */
export function CancelForm({ booking, state, act }: ForUser) {
  const say = useMessages(organizerMessages);
  const fields = useMemo(() => [reasonField('cancelReason', say)], [say]);
  return (
    <ActForm
      title={say('cancel.title')}
      fields={fields}
      button={say('cancel.button')}
      question={{
        title: say('cancel.ask'),
        text: () => say('cancel.text', { count: booking.quantity }),
        doIt: say('cancel.do'),
      }}
      state={state}
      onAct={({ cancelReason = '' }) => act({ reason: cancelReason, toUserId: null })}
    />
  );
}
