/** The Security page and its tasks, by the names that are on the screen. */
import { expect, type Locator, type Page } from '@playwright/test'
import { expectScreen } from './app.ts'
import { expectSound } from './sound.ts'

const WIDTHS = [320, 1280]

export async function openSecurity(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Security', exact: true }).click()
  await expectScreen(page, 'Security')
  await expectLoaded(page)
}

/** Every part of the page has its answer: until then what stands below moves. */
export async function expectLoaded(page: Page): Promise<void> {
  await expect(page.getByRole('region', { name: 'What happened' }).getByRole('listitem').first()).toBeVisible()
  await expect(page.getByRole('main').locator('.busy:not(:empty)')).toHaveCount(0)
}

/** From the Security page to a task: the heading of its screen has the focus. */
export async function task(page: Page, link: string, title: string): Promise<void> {
  await page.getByRole('link', { name: link }).click()
  await expect(page.getByRole('heading', { level: 1, name: title })).toBeFocused()
}

/** Narrow in the dark and wide in the light. */
export async function expectSoundHere(page: Page, screen: string): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 })
    await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: width === 320 ? 'dark' : 'light' })
    await expectSound(page, `${screen} (${width} px)`)
  }
}

/** What the page says of something that is done. */
export function said(page: Page, text: string): Locator {
  return page.getByRole('status').filter({ hasText: text })
}

/** A sentence of the log. */
export function logged(page: Page, text: string): Locator {
  return page.getByRole('region', { name: 'What happened' }).getByText(text)
}
