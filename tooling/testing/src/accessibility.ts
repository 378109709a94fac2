import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/** WCAG 2.2 AA and what comes before it, and what axe calls best practice. */
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What colours can break. All else is the same in both themes, and is looked at once. */
const colourRules = ['color-contrast', 'link-in-text-block'];

/** Waits for whatever ends by itself. A spinner may turn for ever. */
const comeToRest = `Promise.allSettled(
  document.getAnimations()
    .filter(({ playState, effect }) => playState === 'running' && effect.getComputedTiming().endTime < Infinity)
    .map(({ finished }) => finished),
).then(() => undefined)`;

/**
 * What is wrong with a page as it is now, in light and in dark colours, for people with a disability, by the rules of
 * axe: the theme, the rule, and where. The page is left in dark colours.
 *
 * @example expect(await violationsOf(page)).toEqual([])
 */
export async function violationsOf(page: Page): Promise<readonly string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    // Colours that are still changing would be judged half way.
    await page.evaluate(comeToRest);
    // All of a page is one frame: looking at it from a second page would only take twice the time.
    const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
    const looking = colorScheme === 'light' ? axe.withTags(tags) : axe.withRules(colourRules);
    for (const { id, help, nodes } of (await looking.analyze()).violations) {
      const places = nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary}`);
      found.push(`${colorScheme}: ${id}: ${help}\n${places.join('\n')}`);
    }
  }
  return found;
}
