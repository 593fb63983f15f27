/**
 * Unfinished forms. What is typed is sealed every second and kept in this browser, so that an automatic lock, a reload
 * or a crash loses nothing, and whoever finds the device reads nothing.
 */
import { defineModel, phi, type Sealed } from '@lockstitch/sdk'
import { client } from '../client.ts'
import type { FormValues } from '../intake/form-values.ts'
import { session } from './session.ts'

/** Not among the app's models: a draft never goes to the server. */
const DRAFT_SHAPE = { form: phi({ type: 'json' }) } as const
const Draft = defineModel('draft', DRAFT_SHAPE)

const PREFIX = 'lockstitch-draft'

/** Keeps what is typed in a form: a new one, or the one with this id. On a shared computer it keeps nothing. */
export async function keepDraft(form: string, values: FormValues): Promise<void> {
  if (session.get().isShared) return
  const key = keyOf(form)
  const sealed = await client.seal(Draft, {
    form: { ...values, medications: values.medications.map((item) => ({ ...item })) },
  })
  if (session.get().phase === 'open') localStorage.setItem(key, JSON.stringify(sealed))
}

/** What was typed before, or `null`. One that cannot be opened is left where it is. */
export async function openDraft(form: string): Promise<FormValues | null> {
  const text = localStorage.getItem(keyOf(form))
  if (text === null) return null
  try {
    const { form: values } = await client.open(Draft, JSON.parse(text) as Sealed<typeof DRAFT_SHAPE>)
    return values as unknown as FormValues
  } catch {
    return null
  }
}

/** Forgets what was typed. */
export function dropDraft(form: string): void {
  localStorage.removeItem(keyOf(form))
}

/** Forgets every unfinished form of an account. */
export function dropDrafts(account: string): void {
  for (const key of Object.keys(localStorage)) if (key.startsWith(`${PREFIX}/${account}/`)) localStorage.removeItem(key)
}

function keyOf(form: string): string {
  return `${PREFIX}/${session.get().account}/${form}`
}
