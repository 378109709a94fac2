import { useState } from 'react';
import { useLanguage, useMessages } from '../language/language-provider.tsx';
import { Button } from '../parts/button.tsx';
import { developmentMessages } from './messages.ts';
import { sendStorm, type StormAnswer } from './send-storm.ts';

/** As many as the server sends. */
const buyerCount = 1_000;

interface StormButtonProps {
  readonly eventId: string;
  /** An organizer's, whoever one is at the moment. */
  readonly token: string;
}

/** Sends a crowd to an event, and says how it went. */
export function StormButton({ eventId, token }: StormButtonProps) {
  const say = useMessages(developmentMessages);
  const tell = useTellStorm();
  const [storm, setStorm] = useState<StormAnswer | 'none' | 'under_way'>('none');
  const isUnderWay = storm === 'under_way';
  const send = async () => {
    setStorm('under_way');
    setStorm(await sendStorm(eventId, token));
  };
  return (
    <>
      <Button look="primary" isBusy={isUnderWay} onClick={() => void send()}>
        {say(isUnderWay ? 'stormBusy' : 'storm', { count: buyerCount })}
      </Button>
      <output>{typeof storm === 'string' ? '' : tell(storm)}</output>
    </>
  );
}

function useTellStorm(): (storm: StormAnswer) => string {
  const say = useMessages(developmentMessages);
  const { language } = useLanguage();
  return (storm) => {
    if (storm.status === 'none') return say('stormNot', { why: say(storm.why) });
    const { users, confirmed, refused, unclear, durationMs } = storm;
    const seconds = (durationMs / 1_000).toLocaleString(language, { maximumFractionDigits: 1 });
    const over = say('stormOver', { users, confirmed, refused, seconds });
    return unclear === 0 ? over : `${over} ${say('stormUnclear', { count: unclear })}`;
  };
}
