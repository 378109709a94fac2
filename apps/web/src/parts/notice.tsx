import type { ReactNode } from 'react';

interface NoticeProps {
  /** Also told by its sign, for colours do not reach everybody. */
  readonly tone: 'good' | 'info' | 'warning' | 'bad';
  readonly title: string;
  readonly children?: ReactNode;
}

const signs = { good: '✓', info: 'i', warning: '!', bad: '✕' } as const;

/** Something that a reader has to know now. Bad news interrupts a screen reader; other news waits its turn. */
export function Notice({ tone, title, children }: NoticeProps) {
  return (
    <div className={`notice notice-${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      <span className="notice-sign" aria-hidden="true">
        {signs[tone]}
      </span>
      <div>
        <p className="notice-title">{title}</p>
        {children}
      </div>
    </div>
  );
}
