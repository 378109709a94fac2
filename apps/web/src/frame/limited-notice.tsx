import type { ReactNode } from 'react';
import { useMessages } from '../language/language-provider.tsx';
import { Notice } from '../parts/notice.tsx';
import { frameMessages } from './messages.ts';

const minuteMs = 60_000;

interface LimitedNoticeProps {
  readonly waitMs: number;
  readonly children?: ReactNode;
}

/** Somebody has asked too often: how long to wait. */
export function LimitedNotice({ waitMs, children }: LimitedNoticeProps) {
  const say = useMessages(frameMessages);
  const count = (unitMs: number) => Math.max(1, Math.ceil(waitMs / unitMs));
  const text =
    waitMs > minuteMs
      ? say('limited.minutes', { count: count(minuteMs) })
      : say('limited.seconds', { count: count(1_000) });
  return (
    <Notice tone="warning" title={say('limited.title')}>
      <p>{text}</p>
      {children}
    </Notice>
  );
}
