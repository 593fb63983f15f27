/** What opens an account beside a password: words of a recovery code, and the secret of a passkey. */
import { entropyToMnemonic, mnemonicToEntropy } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { expect } from 'vitest'
import { encodeFrame } from '../../../packages/sdk/src/bytes/frame.ts'
import { deriveBytes, importDerivationKey } from '../../../packages/sdk/src/crypto/hkdf.ts'
import { PASSKEY_LABELS } from '../../../packages/sdk/src/format/labels.ts'
import { derivePasskeyCredential } from '../../../packages/sdk/src/keys/passkey.ts'
import { formatRecoveryCode } from '../../../packages/sdk/src/keys/recovery-code.ts'
import { codeOfWords, wordsOfCode } from '../../../packages/sdk/src/keys/recovery-words.ts'
import bip39 from '../official/bip-39.json' with { type: 'json' }
import waysIn from '../own/ls1-slots/ways-in.json' with { type: 'json' }
import { fromHex, toHex } from '../support/hex.ts'
import { checkVectors, type VectorFile } from '../support/vectors.ts'

interface WayOut {
  readonly locator?: string
  readonly secret?: string
  readonly slotKey?: string
  readonly code?: string
  readonly words?: readonly string[]
}

/** The tests of both files. */
export function waysInVectors(): void {
  checkVectors('BIP-39, English', bip39, 17, ({ in: { entropy }, out: { words } }) => {
    expect(entropyToMnemonic(fromHex(entropy), wordlist)).toBe(words)
    expect(toHex(mnemonicToEntropy(words, wordlist))).toBe(entropy)
  })

  checkVectors('ways in', waysIn as VectorFile<{ secret: string }, WayOut>, 5, async ({ in: input, out }) => {
    const secret = fromHex(input.secret)
    if (out.code === undefined) {
      const { login } = await derivePasskeyCredential(secret)
      const slotKey = await deriveBytes(await importDerivationKey(secret), encodeFrame([PASSKEY_LABELS.passkeyUnlock]))
      expect({ ...login, slotKey: toHex(slotKey) }).toEqual(out)
      return
    }
    expect(await formatRecoveryCode(secret)).toBe(out.code)
    expect(await wordsOfCode(out.code)).toEqual(out.words)
    expect(await codeOfWords(out.words?.join(' ') ?? '')).toBe(out.code)
  })
}
