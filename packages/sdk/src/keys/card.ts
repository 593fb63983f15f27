import { decodeBase64url } from '../bytes/base64url.ts'
import { LockstitchError } from '../errors.ts'
import type { AccountState } from '../format/account-state.ts'
import { type Card, cardPayload, cardSignatureInput, parseCard, serializeCard } from '../format/card.ts'
import { sign, verifySignature } from '../crypto/sign.ts'

/** The card of an account, signed by it. */
export async function signCard({ format, account, identity }: AccountState, signingKey: CryptoKey): Promise<string> {
  const payload = cardPayload({ format, account, signing: identity.signing, receiving: identity.receiving })
  return serializeCard(payload, await sign(signingKey, cardSignatureInput(payload)))
}

/**
 * Reads a card and checks that the key which it names has signed it. Whose key that is, only the digits tell.
 *
 * @throws LockstitchError `ERR_ESCROW_CARD` when it is not whole.
 */
export async function verifyCard(text: unknown): Promise<Card> {
  try {
    const { document, payload, signature } = parseCard(typeof text === 'string' ? text.trim() : text)
    const isSigned = await verifySignature(decodeBase64url(document.signing), signature, cardSignatureInput(payload))
    if (isSigned) return document
  } catch {
    // Whatever is wrong with it, it is not the card that somebody gave.
  }
  throw new LockstitchError('ERR_ESCROW_CARD')
}
