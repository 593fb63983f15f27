import { inject } from 'vitest'
import type { Clocked } from '../conformance/stage.ts'
import { LockstitchError, type Transport, type TransportResponse } from '@lockstitch/sdk'

/** The way from a browser to the backend, with the cookies of one device. */
export function browserWire(device: string, clocked = false): Transport {
  return {
    async send(request) {
      const { blob, ...rest } = request
      const sent = { device, request: rest, clocked, ...(blob && { base64: toBase64(await blob.bytes()) }) }
      const { base64, ...answer } = (await post(sent)) as TransportResponse & { base64?: string }
      return base64 === undefined ? answer : { ...answer, blob: new Blob([fromBase64(base64)]) }
    },
  }
}

/** The same to the backend whose clock the tests move. */
export const clockedWire: Clocked = {
  wire: (device) => browserWire(device, true),
  advance: async (advanceMs) => void (await post({ advanceMs })),
}

async function post(message: object): Promise<unknown> {
  const response = await fetch(inject('backendUrl'), { method: 'POST', body: JSON.stringify(message) })
  if (!response.ok) throw new LockstitchError('ERR_OFFLINE')
  return response.json()
}

function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(text)
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}
