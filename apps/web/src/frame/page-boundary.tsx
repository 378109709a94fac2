import { Component, type ErrorInfo, type ReactNode } from 'react';
import { useMessages } from '../language/language-provider.tsx';
import { Button } from '../parts/button.tsx';
import { Notice } from '../parts/notice.tsx';
import { frameMessages } from './messages.ts';

interface PageBoundaryProps {
  readonly children: ReactNode;
  /** Another page is another chance. */
  readonly address: string;
}

interface PageBoundaryState {
  readonly isBroken: boolean;
  /** Of the page that was looked at last. */
  readonly address: string;
}

/**
 * Shows, in place of a page that broke, that it did and what helps: it met a bug, or a part of it could not be loaded,
 * because the line is down or the server has a newer version by now.
 */
export class PageBoundary extends Component<PageBoundaryProps, PageBoundaryState> {
  override state: PageBoundaryState = { isBroken: false, address: this.props.address };

  static getDerivedStateFromError(): Partial<PageBoundaryState> {
    return { isBroken: true };
  }

  static getDerivedStateFromProps(
    { address }: PageBoundaryProps,
    before: PageBoundaryState,
  ): PageBoundaryState | null {
    return address === before.address ? null : { isBroken: false, address };
  }

  override componentDidCatch(error: unknown, { componentStack }: ErrorInfo): void {
    reportError(new Error(`A page broke:${componentStack ?? ''}`, { cause: error }));
  }

  override render(): ReactNode {
    return this.state.isBroken ? <Broken /> : this.props.children;
  }
}

function Broken() {
  const say = useMessages(frameMessages);
  return (
    <Notice tone="bad" title={say('broken.title')}>
      <p>{say('broken.text')}</p>
      <Button onClick={() => location.reload()}>{say('broken.reload')}</Button>
    </Notice>
  );
}
