import { inject } from 'vitest'
import { LockstitchError, type Transport, type TransportResponse } from '@lockstitch/sdk'

/** The way from a browser to the backend, with the cookies of one device. */
export function browserWire(device: string): Transport {
  return {
    async send(request) {
      const { blob, ...rest } = request
      const sent = { device, request: rest, ...(blob && { base64: toBase64(await blob.bytes()) }) }
      const response = await fetch(inject('backendUrl'), { method: 'POST', body: JSON.stringify(sent) })
      if (!response.ok) throw new LockstitchError('ERR_OFFLINE')
      const { base64, ...answer } = (await response.json()) as TransportResponse & { base64?: string }
      return base64 === undefined ? answer : { ...answer, blob: new Blob([fromBase64(base64)]) }
    },
  }
}

function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(text)
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}
