/** An account of the page that has the built SDK and nothing else. */
import type { Page } from '@playwright/test'
import { newHandle, PASSWORD } from './app.ts'

/** What a test knows of an account. */
export interface Account {
  readonly handle: string
  readonly password: string
  readonly recoveryCode: string
  readonly record: string
}

/** A new account with one record, unlocked in the page. */
export async function enrolInPage(page: Page): Promise<Account> {
  const login = { handle: newHandle(), password: PASSWORD }
  const made = await page.evaluate(async ({ handle, password }) => {
    const { client, Intake } = globalThis.lockstitch
    const { recoveryKit } = await client.enrol({ handle, password })
    await client.confirmRecovery(recoveryKit.recoveryCode)
    const { id } = await client.save(Intake, { name: 'Ada' })
    return { recoveryCode: recoveryKit.recoveryCode, record: id }
  }, login)
  return { ...login, ...made }
}

/** The name in its record, as the page opens it. */
export function nameOf(page: Page, { record }: Account): Promise<unknown> {
  return page.evaluate(async (id) => {
    const { client, Intake } = globalThis.lockstitch
    return (await client.load(Intake, id))['name']
  }, record)
}
