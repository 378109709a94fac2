import { useMemo } from 'react';
import { useMessages } from '../../language/language-provider.tsx';
import { organizerMessages } from '../messages.ts';
import { ActForm } from './act-form.tsx';
import { reasonField } from './reason-field.ts';
import type { ForUser } from './use-act-for-user.ts';

/** Moves a confirmed booking to another user at once, with a reason. */
export function MoveForm({ state, act }: ForUser) {
  const say = useMessages(organizerMessages);
  const fields = useMemo(
    () => [
      { name: 'toUserId', label: say('move.to'), hint: say('move.toHint'), path: 'toUserId' },
      reasonField('moveReason', say),
    ],
    [say],
  );
  return (
    <ActForm
      title={say('move.title')}
      fields={fields}
      button={say('move.button')}
      question={{
        title: say('move.ask'),
        text: ({ toUserId = '' }) => say('move.text', { userId: toUserId }),
        doIt: say('move.do'),
      }}
      state={state}
      onAct={({ toUserId = '', moveReason = '' }) => act({ reason: moveReason, toUserId })}
    />
  );
}
