import { inject } from 'vitest'
import { LockstitchError, type Transport, type TransportResponse } from '@lockstitch/sdk'

/** The way from a browser to the backend, with the cookies of one device. */
export function browserWire(device: string): Transport {
  return {
    async send(request) {
      const response = await fetch(inject('backendUrl'), { method: 'POST', body: JSON.stringify({ device, request }) })
      if (!response.ok) throw new LockstitchError('ERR_OFFLINE')
      return (await response.json()) as TransportResponse
    },
  }
}
