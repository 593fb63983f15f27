import { expect, test } from 'vitest'
import { decodeBase64url, encodeBase64url } from '../../../packages/sdk/src/bytes/base64url.ts'
import { encodeFrame } from '../../../packages/sdk/src/bytes/frame.ts'
import { sealBytes } from '../../../packages/sdk/src/crypto/aead.ts'
import { MANAGE_LABELS } from '../../../packages/sdk/src/format/labels.ts'
import { readNote, type SealedNote } from '../../../packages/sdk/src/format/note.ts'
import { openNote, sealNote } from '../../../packages/sdk/src/keys/note.ts'
import { createAccount } from '../support/account.ts'
import { outcome } from '../support/outcome.ts'

const { derived, id: account } = await createAccount([])
const place = { account, slot: 'slot-1', purpose: 'name' }

test.each(['x', 'Mum’s phone', 'x'.repeat(127), '📱'.repeat(31), ' padded \u0000'])(
  'a note comes back as it was, and its length says nothing: %j',
  async (text) => {
    const note = await sealNote(derived.notes, place, text)
    expect(readNote(note)).toHaveLength(208)
    expect(await openNote(derived.notes, place, note)).toBe(text)
  },
)

test.each(['', '   ', 'x'.repeat(128), '📱'.repeat(32), '\ud800'])(
  'a text that is no note is refused: %j',
  async (text) => {
    expect(await outcome(() => sealNote(derived.notes, place, text))).toBe('ERR_NAME_INVALID')
  },
)

test('a note opens in its own place alone', async () => {
  const note = await sealNote(derived.notes, place, 'Old phone')
  const elsewhere = [
    { ...place, account: (await createAccount([])).id },
    { ...place, slot: 'slot-2' },
    { ...place, purpose: 'memo' },
  ]
  for (const other of elsewhere) {
    expect(await outcome(() => openNote(derived.notes, other, note))).toBe('ERR_OPEN_FAILED')
  }
  const bytes = decodeBase64url(note)
  bytes[20] = (bytes[20] as number) ^ 1
  expect(await outcome(() => openNote(derived.notes, place, encodeBase64url(bytes) as SealedNote))).toBe(
    'ERR_OPEN_FAILED',
  )
  expect(await outcome(async () => openNote((await createAccount([])).derived.notes, place, note))).toBe(
    'ERR_OPEN_FAILED',
  )
})

test('a sealed block without its marker, or of bytes that are no text, is damaged', async () => {
  const aad = encodeFrame([MANAGE_LABELS.noteAad, account, place.slot, place.purpose])
  for (const bytes of [new Uint8Array(128), Uint8Array.of(0xff, 0x80)]) {
    const note = encodeBase64url(await sealBytes(derived.notes, aad, bytes)) as SealedNote
    expect(await outcome(() => openNote(derived.notes, place, note))).toBe('ERR_OPEN_FAILED')
  }
})
