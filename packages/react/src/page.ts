import { type HoldfastClient, newId } from '@holdfast/client';
import type { QueryClient } from '@tanstack/react-query';
import { type Alarm, createAlarm } from './alarm.ts';
import { type AvailabilityWatch, watchAvailability } from './availability-watch.ts';
import type { Clock } from './clock.ts';
import { type HoldJournal, holdJournal, type KeptText } from './hold-journal.ts';
import { keysOf } from './query-keys.ts';
import { watchWake } from './wake.ts';

/** What the hooks of one page share. */
export interface Page {
  readonly client: HoldfastClient;
  readonly userId: string;
  readonly clock: Clock;
  readonly journal: HoldJournal;
  readonly alarm: Alarm;
  readonly availability: AvailabilityWatch;
  /** Reads again what the user has, here and in other tabs: something has changed. */
  readonly refresh: () => void;
  /** Listens to the machine and to other tabs. Returns what ends it. */
  readonly listen: () => () => void;
}

/** What a page is made of. */
export interface PageOptions {
  readonly client: HoldfastClient;
  readonly userId: string;
  readonly clock: Clock;
  readonly kept: KeptText;
  readonly queryClient: QueryClient;
}

/** What the hooks of one user's page share. Nothing runs before `listen`. */
export function createPage({ client, userId, clock, kept, queryClient }: PageOptions): Page {
  const availability = watchAvailability({ event: client.event, soon });
  const alarm = createAlarm();
  const channelName = `holdfast:${userId}`;
  const readAgain = () =>
    void queryClient.invalidateQueries({ queryKey: keysOf(userId).all }, { cancelRefetch: true });
  return {
    client,
    userId,
    clock,
    journal: holdJournal({ kept, userId, makeId: newId }),
    alarm,
    availability,
    refresh() {
      readAgain();
      tellOtherTabs(channelName);
    },
    listen() {
      const channel = new BroadcastChannel(channelName);
      channel.addEventListener('message', readAgain);
      const endWake = watchWake(clock, {
        onOffline: () => availability.cut(),
        onWake() {
          alarm.ring();
          availability.restart();
          readAgain();
        },
      });
      return () => {
        channel.close();
        endWake();
      };
    },
  };
}

/** By a channel of its own: one that listens would not hear itself, but may be closed already. */
function tellOtherTabs(channelName: string): void {
  const channel = new BroadcastChannel(channelName);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel is of one origin, and no window.
  channel.postMessage('changed');
  channel.close();
}

/** When all that a page shows at once has been drawn. */
function soon(run: () => void): void {
  queueMicrotask(run);
}
