import { useMessages } from '../language/language-provider.tsx';
import { useFormat } from '../language/use-format.ts';
import { buyerMessages } from './messages.ts';

interface CountdownProps {
  readonly remainingMs: number;
  readonly totalMs: number;
}

/** A screen reader hears of the time at these seconds, and not of every one. */
const announcedSeconds = [300, 120, 60, 30, 10];

/** How long seats are still held. */
export function Countdown({ remainingMs, totalMs }: CountdownProps) {
  const say = useMessages(buyerMessages);
  const { timeLeft } = useFormat();
  const seconds = Math.ceil(remainingMs / 1_000);
  const announced = announcedSeconds.findLast((each) => seconds <= each);
  return (
    <div className="countdown" data-soon={seconds <= 60}>
      <p>
        {say('hold.timeLeft')}{' '}
        <span role="timer" className="countdown-time">
          {timeLeft(remainingMs)}
        </span>
      </p>
      <progress
        className="countdown-bar"
        aria-label={say('hold.timeLeft')}
        max={totalMs}
        value={Math.min(remainingMs, totalMs)}
      />
      <output className="visually-hidden">
        {announced === undefined ? '' : say('hold.secondsLeft', { count: announced })}
      </output>
    </div>
  );
}
