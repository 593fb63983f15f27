/** A patient who lost everything, three custodians, and a profile that has never seen the account. */
import { type Browser, expect, type Page, test } from '@playwright/test'
import type * as Sdk from '@lockstitch/sdk'
import { startSdkSite } from './support/sdk-site.ts'

const DAY = 24 * 3_600_000
const RECORDS = Array.from({ length: 5 }, (_, index) => ({
  id: `note-${index}`,
  text: `Entry ${index}: 38.${index} °C`,
}))

/** What stands in every page of this test. */
interface Stage {
  readonly client: Sdk.Client
  readonly Note: Sdk.Model
}
declare const stage: Stage

let site: Awaited<ReturnType<typeof startSdkSite>>
let url = ''

test.beforeAll(async () => {
  site = await startSdkSite()
  url = site.url
})

test.afterAll(() => site.stop())

/** A profile of its own: its own storage, cookies and workers. */
async function profile(browser: Browser): Promise<Page> {
  const page = await (await browser.newContext()).newPage()
  await page.goto(url)
  await page.evaluate(async () => {
    const address = '/sdk/client/page.js'
    const { createClient, defineModel, phi, pii } = (await import(address)) as typeof Sdk
    const made = {
      client: createClient({ server: location.origin }),
      Note: defineModel('ledger', { name: pii(), ssn: phi() }),
    }
    Object.assign(globalThis, { stage: made })
  })
  return page
}

async function enrolled(
  browser: Browser,
  name: string,
): Promise<{ page: Page; account: string; card: string; digits: string }> {
  const page = await profile(browser)
  const own = await page.evaluate(async (handle) => {
    const { recoveryKit } = await stage.client.enrol({ handle, password: `pass phrase of ${handle}` })
    await stage.client.confirmRecovery(recoveryKit.recoveryCode)
    return stage.client.escrow.card()
  }, `${name}@example.org`)
  return { page, ...own }
}

const passTime = async (ms: number): Promise<void> => void (await fetch(`${url}/advance/${ms}`))

test('2 of 3 custodians give everything back in a fresh profile, and the old password opens nothing', async ({
  browser,
}) => {
  test.setTimeout(120_000)
  const [anna, ben, carla] = await Promise.all(['anna', 'ben', 'carla'].map((name) => enrolled(browser, name)))
  const custodians = [anna, ben, carla].filter((one) => one !== undefined)
  const patient = await enrolled(browser, 'patient')
  const shown = await patient.page.evaluate(
    async ([cards, records, delayMs]) => {
      const { client, Note } = stage
      for (const { id, text } of records) await client.save(Note, { id, name: text } as never)
      const read = await Promise.all(cards.map((card) => client.escrow.inspect(card)))
      const opening = { handle: 'patient@example.org', password: 'pass phrase of patient@example.org' }
      await client.escrow.configure({ with: opening, custodians: cards, threshold: 2, delayMs })
      return read.map(({ digits }) => digits)
    },
    [custodians.map(({ card }) => card), RECORDS, DAY] as const,
  )
  expect(shown).toEqual(custodians.map(({ digits }) => digits))
  await patient.page.context().close()

  const asking = await profile(browser)
  const { code, digits } = await asking.evaluate(() => stage.client.escrow.request({ handle: 'patient@example.org' }))
  // The requester comes back days later, on yet another device, with nothing but the code on paper.
  await asking.context().close()
  const approving = custodians.slice(1)
  for (const { page } of approving) {
    const known = await page.evaluate(
      async ([account, heard]) => {
        const { custody } = await stage.client.escrow.list()
        const held = custody.find((one) => one.account === account)
        const request = held?.requests[0]?.id ?? ''
        await stage.client.escrow.approve({ account, request, digits: heard })
        return held?.digits
      },
      [patient.account, digits] as const,
    )
    expect(known).toBe(patient.digits)
  }

  const fresh = await profile(browser)
  const order = { code, handle: 'patient@example.org', password: 'a pass phrase that is kept' }
  const early = await fresh.evaluate(async (given) => {
    const outcome = await stage.client.escrow.recover(given).then(
      () => 'recovered',
      (error: Sdk.LockstitchError) => error.code,
    )
    return [outcome, (await stage.client.status()).state, (await stage.client.escrow.follow(given.code)).state]
  }, order)
  expect(early).toEqual(['ERR_ESCROW_WAITING', 'locked', 'waiting'])
  await passTime(DAY)
  const recovered = await fresh.evaluate(async (given) => {
    await stage.client.escrow.recover(given)
    const records: unknown[] = []
    for await (const item of stage.client.list(stage.Note))
      records.push(item.ok && [item.value.id, (item.value as never)['name']])
    return { account: (await stage.client.status()).account, records }
  }, order)
  expect(recovered).toEqual({ account: patient.account, records: RECORDS.map(({ id, text }) => [id, text]) })

  const other = await profile(browser)
  const tries = await other.evaluate(async (password) => {
    const opens = async (secret: string): Promise<string> =>
      stage.client.unlock({ handle: 'patient@example.org', password: secret }).then(
        () => 'opened',
        (error: Sdk.LockstitchError) => error.code,
      )
    return [await opens('pass phrase of patient@example.org'), await opens(password)]
  }, order.password)
  expect(tries).toEqual(['ERR_UNLOCK_FAILED', 'opened'])
})
