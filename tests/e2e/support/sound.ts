/** A screen that everyone can use: axe finds nothing, nothing is cut off, and nothing is too small to be hit. */
import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** `screen` names it in the report. */
export async function expectSound(page: Page, screen: string): Promise<void> {
  await page.bringToFront()
  // What is on its way to a colour ends there at once. Waiting for it would be in vain in what is folded away.
  await page.evaluate(() => {
    for (const animation of document.getAnimations())
      if (animation.effect?.getComputedTiming().endTime !== Infinity) animation.finish()
  })
  const { violations, passes } = await new AxeBuilder({ page }).withTags(TAGS).analyze()
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => ({ id, target, failureSummary })),
  )
  expect.soft(found, screen).toEqual([])
  // A page that axe could not look at has no violation either.
  expect(passes.length).toBeGreaterThan(15)
  const cut = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  expect.soft(cut, `${screen} scrolls sideways`).toBeLessThanOrEqual(0)
  const small = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('button, select, input:not([type=file]), textarea, nav a, a.button')]
      .filter((element) => element.checkVisibility())
      .map((element) => ({ text: element.textContent, box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.width < 24 || box.height < 24)
      .map(({ text }) => text),
  )
  expect.soft(small, `${screen} has targets below 24 px`).toEqual([])
}
