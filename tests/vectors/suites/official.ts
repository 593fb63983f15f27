/**
 * Values of RFCs and NIST documents, through the SDK's own functions where their interface permits and through plain
 * WebCrypto for parameters that the SDK does not offer (a salt for HKDF, few iterations, raw X25519).
 */
import { expect } from 'vitest'
import type { Bytes } from '../../../packages/sdk/src/assert.ts'
import { decodeBase64url, encodeBase64url } from '../../../packages/sdk/src/bytes/base64url.ts'
import { concat } from '../../../packages/sdk/src/bytes/concat.ts'
import { encodeUtf8 } from '../../../packages/sdk/src/bytes/utf8.ts'
import { openBytes } from '../../../packages/sdk/src/crypto/aead.ts'
import { digest } from '../../../packages/sdk/src/crypto/digest.ts'
import { deriveBytes, importDerivationKey } from '../../../packages/sdk/src/crypto/hkdf.ts'
import { computeMac, verifyMac } from '../../../packages/sdk/src/crypto/mac.ts'
import { exportPublicKey, sign, verifySignature } from '../../../packages/sdk/src/crypto/sign.ts'
import { parseKdfParams } from '../../../packages/sdk/src/format/kdf-params.ts'
import aesGcm from '../official/aes-256-gcm.json' with { type: 'json' }
import base64url from '../official/base64url.json' with { type: 'json' }
import contentDigest from '../official/content-digest.json' with { type: 'json' }
import ed25519 from '../official/ed25519.json' with { type: 'json' }
import hkdf from '../official/hkdf-sha-256.json' with { type: 'json' }
import hmac from '../official/hmac-sha-256.json' with { type: 'json' }
import httpSignature from '../official/http-signature.json' with { type: 'json' }
import pbkdf2 from '../official/pbkdf2-hmac-sha-256.json' with { type: 'json' }
import sha256 from '../official/sha-256.json' with { type: 'json' }
import x25519 from '../official/x25519.json' with { type: 'json' }
import { importAead, importMac, importSigning, pbkdf2Bits, rawHkdf, rawX25519 } from '../support/platform.ts'
import { fromBase64, fromHex, toHex } from '../support/hex.ts'
import { checkVectors, outcome } from '../support/vectors.ts'

/** Every official vector, each as a test. */
export function officialVectors(): void {
  checkVectors('AES-256-GCM', aesGcm, 4, async ({ in: { key, nonce, aad, plaintext }, out }) => {
    const aead = await importAead(fromHex(key))
    const sealed = fromHex(nonce + out.ciphertext + out.tag)
    expect(toHex(await openBytes(aead, fromHex(aad), sealed))).toBe(plaintext)
    for (const changed of flips(sealed)) {
      expect(await outcome(() => openBytes(aead, fromHex(aad), changed))).toBe('ERR_OPEN_FAILED')
    }
    const otherAad = concat(fromHex(aad), Uint8Array.of(0))
    expect(await outcome(() => openBytes(aead, otherAad, sealed))).toBe('ERR_OPEN_FAILED')
  })

  checkVectors('PBKDF2-HMAC-SHA-256', pbkdf2, 2, async ({ in: { password, salt, iterations, length }, out }) => {
    expect(toHex(await pbkdf2Bits(fromHex(password), fromHex(salt), iterations, length))).toBe(out.key)
    const params = { hash: 'SHA-256', iterations, salt: encodeBase64url(fromHex(salt)) }
    expect(await outcome(() => parseKdfParams(params))).toBe('ERR_KDF_PARAMS')
  })

  checkVectors('HKDF-SHA-256', hkdf, 3, async ({ in: { ikm, salt, info, length }, out }) => {
    const prk = await computeMac(await importMac(salt === '' ? new Uint8Array(32) : fromHex(salt)), fromHex(ikm))
    expect(toHex(prk)).toBe(out.prk)
    expect(toHex(await rawHkdf(fromHex(ikm), fromHex(salt), fromHex(info), length))).toBe(out.okm)
    if (salt !== '') return
    const key = await importDerivationKey(fromHex(ikm))
    expect(toHex(await deriveBytes(key, fromHex(info), length))).toBe(out.okm)
  })

  checkVectors('HMAC-SHA-256', hmac, 7, async ({ in: { key, data }, out }) => {
    const macKey = await importMac(fromHex(key))
    const mac = await computeMac(macKey, fromHex(data))
    expect(toHex(mac).slice(0, out.mac.length)).toBe(out.mac)
    expect(await verifyMac(macKey, mac, fromHex(data))).toBe(true)
    // A MAC cut short is no MAC, though the document of case 4.6 prints one.
    expect(await verifyMac(macKey, mac.slice(0, 16), fromHex(data))).toBe(false)
    for (const changed of flips(mac)) expect(await verifyMac(macKey, changed, fromHex(data))).toBe(false)
  })

  checkVectors('Ed25519', ed25519, 5, async ({ in: { secret, message }, out }) => {
    const signature = await sign(await importSigning(fromHex(secret)), fromHex(message))
    expect(toHex(signature)).toBe(out.signature)
    const publicKey = fromHex(out.public)
    expect(await verifySignature(publicKey, signature, fromHex(message))).toBe(true)
    expect(await verifySignature(publicKey, signature, concat(fromHex(message), Uint8Array.of(0)))).toBe(false)
    for (const changed of flips(signature)) {
      expect(await verifySignature(publicKey, changed, fromHex(message))).toBe(false)
    }
  })

  checkVectors('X25519', x25519, 8, async ({ in: { scalar, u, iterations }, out }) => {
    let [k, point] = [fromHex(scalar), fromHex(u)]
    for (let i = 0; i < Math.max(1, iterations); i++) [k, point] = [await rawX25519(k, point), k]
    expect(toHex(k)).toBe(out.u)
  })

  checkVectors('SHA-256', sha256, 4, async ({ in: { text, times }, out }) => {
    expect(toHex(await digest(encodeUtf8(text.repeat(times))))).toBe(out.digest)
  })

  checkVectors('HTTP message signature', httpSignature, 1, async ({ in: { publicKeySpki, privateKeyPkcs8, base }, out }) => {
    const publicKey = await crypto.subtle.importKey('spki', fromBase64(publicKeySpki), 'Ed25519', true, ['verify'])
    const secret = fromBase64(privateKeyPkcs8).slice(-32)
    const input = encodeUtf8(base.join('\n'))
    const signature = fromBase64(out.signature)
    expect(await verifySignature(await exportPublicKey(publicKey), signature, input)).toBe(true)
    expect(await sign(await importSigning(secret), input)).toEqual(signature)
    const other = encodeUtf8(base.join('\n').replace('POST', 'PUT'))
    expect(await verifySignature(await exportPublicKey(publicKey), signature, other)).toBe(false)
  })

  checkVectors('Content-Digest', contentDigest, 2, async ({ in: { body }, out }) => {
    expect(`sha-256=:${btoa(String.fromCharCode(...(await digest(encodeUtf8(body)))))}:`).toBe(out.field)
  })

  checkVectors('base64url', base64url, 10, async ({ in: { bytes }, out }) => {
    expect(encodeBase64url(fromHex(bytes))).toBe(out.text)
    expect(toHex(decodeBase64url(out.text))).toBe(bytes)
    expect(await outcome(() => decodeBase64url(`${out.text}=`))).toBe('ERR_FORMAT_INVALID')
  })
}

/** The bytes with one bit flipped, for every byte. */
function flips(bytes: Bytes): Bytes[] {
  return Array.from(bytes, (byte, index) => {
    const changed = bytes.slice()
    changed[index] = byte ^ (1 << (index % 8))
    return changed
  })
}
