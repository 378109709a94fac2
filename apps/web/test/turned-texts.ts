import type { Page } from 'playwright-core';

/**
 * The texts of a page in which somebody has turned the writing direction, and which turn something else with them: no
 * marks of isolation in the text end that, and other text stands beside it in the next element that does.
 *
 * @example expect(await turnedTexts(page)).toEqual([]);
 */
export function turnedTexts(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const isolating = ['isolate', 'isolate-override', 'plaintext'];
    const isEnded = (text: string) =>
      !text.replaceAll(/\u2068[^\u2068\u2069]*\u2069/g, '').includes('\u202e');
    const isolationOf = (element: Element | null): Element | null => {
      if (element === null || isolating.includes(getComputedStyle(element).unicodeBidi)) {
        return element;
      }
      return isolationOf(element.parentElement);
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const turned: string[] = [];
    while (walker.nextNode()) {
      const { textContent, parentElement } = walker.currentNode;
      const text = textContent ?? '';
      const isAlone = isolationOf(parentElement)?.textContent === text;
      if (!isEnded(text) && !isAlone) turned.push(text);
    }
    return turned;
  });
}
