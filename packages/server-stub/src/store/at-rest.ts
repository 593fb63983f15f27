import { type JsonValue, parseJson, stringifyJson } from '@lockstitch/sdk/format'
import type { Keyring, VerifiedRecord } from '@lockstitch/sdk/server'
import type { StoredRecord } from './read-records.ts'
import type { RecordRow } from './write-records.ts'

/** The row of a verified record: its text, with each value that the server may read, public ones apart, sealed at rest. */
export async function sealRow(
  keyring: Keyring,
  account: string,
  verified: VerifiedRecord,
  record: unknown,
): Promise<RecordRow> {
  const { model, id, clear } = verified
  const atRest = clear.filter(({ classification }) => classification !== 'pub').map(({ path }) => path)
  if (atRest.length > 0) {
    const cipher = await keyring.cipher(account)
    replaceAll(record, atRest, (path, value) => cipher.seal({ model, id, path }, value))
  }
  return { verified, body: stringifyJson(record), atRest }
}

/** The text of the record that {@link sealRow} made a row of. */
export async function openRow(keyring: Keyring, account: string, model: string, stored: StoredRecord): Promise<string> {
  const { id, body, atRest } = stored
  if (atRest.length === 0) return body
  const cipher = await keyring.cipher(account)
  const record = parseJson(body)
  replaceAll(record, atRest, (path, value) => cipher.open({ model, id, path }, value))
  return stringifyJson(record)
}

type Container = Record<string, JsonValue>

/** Replaces values in place. The paths are those of a model, whose names are never those of a prototype. */
function replaceAll(
  record: unknown,
  paths: readonly string[],
  replace: (path: string, value: JsonValue) => JsonValue,
): void {
  for (const path of paths) {
    const names = path.split('.')
    const last = names.pop() as string
    const container = names.reduce((place, name) => place[name] as unknown as Container, record as Container)
    container[last] = replace(path, container[last] as JsonValue)
  }
}
