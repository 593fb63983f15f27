import { expect, test } from 'vitest'
import { type RecoveryKit, recoveryKitHtml } from '@lockstitch/sdk'
import { generateRecoveryCode } from '../../../packages/sdk/src/keys/recovery-code.ts'
import { wordsOfCode } from '../../../packages/sdk/src/keys/recovery-words.ts'

async function makeKit(handle: string): Promise<RecoveryKit> {
  const recoveryCode = await generateRecoveryCode()
  const words = await wordsOfCode(recoveryCode)
  return { handle, recoveryCode, words, account: 'a', created: new Date('2026-11-22T23:00:00Z') }
}

test('is one document with every word, the code and a square to scan, and asks nobody for anything', async () => {
  const kit = await makeKit('ada@example.org')
  const html = await recoveryKitHtml(kit, { app: 'Clinic', address: 'https://clinic.example' })
  for (const word of kit.words) expect(html).toContain(`<li>${word}</li>`)
  expect(html).toContain(kit.recoveryCode)
  expect(html).toContain('ada@example.org')
  expect(html).toContain('2026-11-22')
  expect(html.match(/<svg/g)?.length).toBe(1)
  expect(html).toContain('@media print')
  expect(html).not.toMatch(/<script|\bsrc=|\bhref=|url\(|@import|\bon\w+=/i)
  expect(html).toContain("default-src 'none'")
})

test('a name that is markup stands there as text', async () => {
  const html = await recoveryKitHtml(await makeKit(`<img src=x onerror=alert(1)>&"'`), { app: '</title><script>' })
  expect(html).not.toMatch(/<img|<script/)
  expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;&amp;&quot;&#39;')
})
