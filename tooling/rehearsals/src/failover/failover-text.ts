import { duration, figure, type Layout } from '@holdfast/command';
import { figuresTable, judgedText } from '../judged-text.ts';
import type { Campaign } from './campaign.ts';

/** What the campaign says to people. */
export function failoverText(campaign: Campaign, layout: Layout): string {
  const { control } = campaign;
  const rows = [
    ['the primary was killed', figure(campaign.runs)],
    ['bookings acknowledged', figure(campaign.acknowledged)],
    ['of these lost', figure(campaign.lostAcknowledged)],
    ['seats sold twice', figure(campaign.oversold)],
    ['rows that break an invariant', figure(campaign.violations)],
    ['refused as sold out while a seat was free', figure(campaign.falseSoldOut)],
    ['calls without an answer', figure(campaign.unanswered)],
    ['noticed after', times(campaign.noticedMs)],
    ['promoted after', times(campaign.promotedMs)],
    ['as fast as before after', times(campaign.recoveryMs)],
    ...(control === null
      ? []
      : [['the control, where no commit waits: lost', figure(control.lostAcknowledged)]]),
  ];
  return judgedText([figuresTable(rows, layout)], campaign, layout);
}

function times(of: Campaign['recoveryMs']): string {
  return of === null ? '–' : `${duration(of.median)} (worst ${duration(of.worst)})`;
}
