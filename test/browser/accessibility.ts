/** What axe-core finds wrong with a part of a page: names and roles, contrast in the theme that is worn, the keyboard. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** One line for each rule and element; none: all is well. */
export async function violationsIn(page: Page, selector: string): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  // What moves is not there yet.
  await page.evaluate(`Promise.all(document.getAnimations().map((one) => one.finished.catch(() => {})))`);
  const { violations } = (await page.evaluate(`axe.run(${JSON.stringify(selector)})`)) as axe.AxeResults;
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ target, failureSummary = '' }) => `${id}: ${target.join(' ')}: ${failureSummary.replaceAll(/\s+/g, ' ')}`,
    ),
  );
}
