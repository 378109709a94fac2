import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** WCAG 2.2 AA and what comes before it, and what axe calls best practice. */
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What colours can break. All else is the same in both themes, and is looked at once. */
const colourRules = ['color-contrast', 'link-in-text-block'];

/**
 * Expects that axe finds nothing on a page as it is now, in light and in dark colours.
 *
 * @example await expectAccessible(page);
 */
export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    // Colours that are still changing would be judged half way.
    await page.evaluate(() =>
      Promise.allSettled(document.getAnimations().map(({ finished }) => finished)),
    );
    // All of a page is one frame: looking at it from a second page would only take twice the time.
    const axe = new AxeBuilder({ page }).setLegacyMode();
    const looking = colorScheme === 'light' ? axe.withTags(tags) : axe.withRules(colourRules);
    const { violations } = await looking.analyze();
    const found = violations.map(({ id, help, nodes }) => ({
      id,
      help,
      nodes: nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary}`),
    }));
    expect({ colorScheme, found }).toEqual({ colorScheme, found: [] });
  }
}
