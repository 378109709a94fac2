import type { Event } from '@holdfast/client';
import { useCommand, useHoldfastClient } from '@holdfast/react';
import { useMessages } from '../../language/language-provider.tsx';
import { AskFirst } from '../../parts/ask-first.tsx';
import { Button } from '../../parts/button.tsx';
import { CommandNews } from '../command-news.tsx';
import { organizerMessages } from '../messages.ts';

interface SaleControlsProps {
  readonly event: Event;
  readonly onChanged: () => void;
}

type Change = 'open' | 'close' | 'callOff';

/** Opens and closes the sale, and calls the event off, which is asked about first: it cannot be taken back. */
export function SaleControls({ event, onChanged }: SaleControlsProps) {
  const say = useMessages(organizerMessages);
  const client = useHoldfastClient();
  const eventId = event.id;
  const change = useCommand((to: Change) => {
    if (to === 'open') return client.event.open({ eventId });
    return client.event.close({ eventId, as: to === 'close' ? 'closed' : 'cancelled' });
  });
  const run = async (to: Change) => {
    await change.run(to);
    // Refused or not: what is shown may have been older.
    onChanged();
  };
  const isBusy = change.state.status === 'running';
  const isOn = event.status === 'on_sale';
  return (
    <section className="card" aria-labelledby="sale">
      <h2 id="sale" className="card-title">
        {say('event.sale')}
      </h2>
      <p className="hint">{say(isOn ? 'event.closeHint' : 'event.openHint')}</p>
      <div className="buttons">
        <Button
          look={isOn ? 'plain' : 'primary'}
          isBusy={isBusy}
          onClick={() => void run(isOn ? 'close' : 'open')}
        >
          {say(labelOf(event.status))}
        </Button>
        <AskFirst
          look="danger"
          isBusy={isBusy}
          label={say('event.callOff')}
          title={say('event.callOffTitle')}
          doIt={say('event.callOffDo')}
          leaveIt={say('event.leave')}
          onConfirm={() => void run('callOff')}
        >
          <p>{say('event.callOffText')}</p>
        </AskFirst>
      </div>
      <CommandNews state={change.state} />
    </section>
  );
}

function labelOf(status: Event['status']) {
  if (status === 'on_sale') return 'event.close';
  return status === 'draft' ? 'event.open' : 'event.openAgain';
}
