/** One field from the page to the worker and back, beside a bare message with the same cryptography behind it. */
import { type Remote, expose, wrap } from 'comlink'
import { enrolledClient } from '../lib/account.ts'
import { One, textOf } from '../lib/models.ts'
import { type Raw, rawOf } from '../lib/raw.ts'
import type { Workload } from '../lib/workload.ts'

const CALLS = 200
const TEXT = textOf(0, 40)

interface Echo {
  prepare(sealed: object): Promise<void>
  echo(text: string): string
  seal(text: string): Promise<string>
  open(text: string): Promise<string>
}

// The page starts this very bundle once more, as a worker of this name.
if ((globalThis as { name?: string }).name === 'echo') {
  let raw: Raw | undefined
  const record = (): Parameters<Raw['sealRecord']>[0] => raw?.records[0] as never
  const echo: Echo = {
    async prepare(sealed) {
      raw = await rawOf(One, [sealed])
    },
    echo: (text) => text,
    seal: async (text) => (await raw?.sealRecord(record()), text),
    open: async (text) => (await raw?.openRecord(record()), text),
  }
  expose(echo)
}

/** The workload. */
export const workload: Workload = {
  name: 'call',
  title: 'One field',
  about:
    'Seals and opens one record of one text of 40 bytes, call after call: from the page to the worker and back. The limit is ' +
    'one bare comlink call to a worker that makes the raw calls for that record (one HKDF, one AES-256-GCM, one digest, one ' +
    'HMAC) and sends the text back.',
  unit: 'call',
  places: ['page'],
  async cases(env) {
    const client = await enrolledClient(env)
    const sealed = await client.seal(One, { text: TEXT })
    const echo = wrap<Echo>(new Worker('/bundle.js', { type: 'module', name: 'echo' })) as Remote<Echo>
    await echo.prepare(sealed)
    const calls = env.quick ? CALLS / 10 : CALLS
    const each = (call: () => Promise<unknown>) => ({
      units: calls,
      async run() {
        for (let count = 0; count < calls; count++) await call()
      },
    })
    return {
      'client.seal': each(() => client.seal(One, { text: TEXT })),
      'client.open': each(() => client.open(One, sealed)),
      'echo with raw seal': each(() => echo.seal(TEXT)),
      'echo with raw open': each(() => echo.open(TEXT)),
      echo: each(() => echo.echo(TEXT)),
    }
  },
  ratios: {
    'client.seal / echo with raw calls': { of: 'page/client.seal', to: ['page/echo with raw seal'], atMost: 1.5 },
    'client.open / echo with raw calls': { of: 'page/client.open', to: ['page/echo with raw open'], atMost: 1.5 },
  },
}
