import type { Context } from 'hono'
import { decodeBase64url } from '@lockstitch/sdk/format'
import { Problem } from './problem.ts'

/**
 * The bytes of a request's body, read no further than `limit`.
 *
 * @throws Problem `413 ERR_FORMAT_LIMIT` past the limit; `415 ERR_FORMAT_INVALID` when it is not said to be plain JSON, so
 * that no form of another site can send one.
 */
export async function readBody(c: Context, limit: number): Promise<Uint8Array> {
  return readBytes(c, limit, /^application\/json(?:; ?charset=utf-8)?$/i)
}

/** The same for a part of a sealed file, which is said to be plain bytes. */
export async function readPart(c: Context, limit: number): Promise<Uint8Array> {
  return readBytes(c, limit, /^application\/octet-stream$/i)
}

async function readBytes({ req }: Context, limit: number, type: RegExp): Promise<Uint8Array> {
  const encoding = req.header('content-encoding') ?? 'identity'
  if (!type.test(req.header('content-type') ?? '') || encoding !== 'identity')
    throw new Problem(415, 'ERR_FORMAT_INVALID')
  if (Number(req.header('content-length') ?? 0) > limit) throw new Problem(413, 'ERR_FORMAT_LIMIT')
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of req.raw.body ?? []) {
    length += chunk.length
    if (length > limit) throw new Problem(413, 'ERR_FORMAT_LIMIT')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Gives the value back once it is known to be a `T`. */
export type Reader<T> = (value: unknown) => T

/** An object with exactly these members. */
export function exactly<T extends object>(members: { readonly [K in keyof T]-?: Reader<T[K]> }): Reader<T> {
  const names = Object.keys(members) as (keyof T & string)[]
  return (value) => {
    if (typeof value !== 'object' || value === null || Object.keys(value).length !== names.length) throw invalid()
    const entries = names.map((name) => {
      if (!Object.hasOwn(value, name)) throw invalid()
      return [name, members[name]((value as Record<string, unknown>)[name])]
    })
    return Object.fromEntries(entries) as T
  }
}

/** Any value; somebody else looks at it. */
export const anything: Reader<unknown> = (value) => value

/** A string. */
export const string: Reader<string> = (value) => {
  if (typeof value !== 'string') throw invalid()
  return value
}

/** An array of at most `limit` items. */
export function listOf<T>(read: Reader<T>, limit: number): Reader<readonly T[]> {
  return (value) => {
    if (!Array.isArray(value) || value.length > limit) throw invalid()
    return value.map((item) => read(item))
  }
}

/** The base64url of exactly `length` bytes, decoded. */
export function bytes(length: number): Reader<Uint8Array> {
  return (value) => {
    const decoded = decoded64(value)
    if (decoded?.length !== length) throw invalid()
    return decoded
  }
}

function decoded64(value: unknown): Uint8Array | undefined {
  try {
    return decodeBase64url(string(value))
  } catch {
    return undefined
  }
}

/**
 * The value, once it is known to be a normalized handle.
 *
 * @throws Problem `422 ERR_HANDLE_INVALID`
 */
export const handle: Reader<string> = (value) => {
  const isNormal =
    typeof value === 'string' &&
    value.isWellFormed() &&
    value === value.normalize('NFKC').toLowerCase().normalize('NFKC').trim()
  if (!isNormal || value.length < 3 || value.length > 254) throw new Problem(422, 'ERR_HANDLE_INVALID')
  return value
}

/** A whole number of a query, `fallback` when it is absent. */
export function queryInteger(text: string | undefined, min: number, max: number, fallback: number): number {
  if (text === undefined) return fallback
  const value = /^(?:0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(value) || value < min || value > max) throw invalid()
  return value
}

function invalid(): Problem {
  return new Problem(400, 'ERR_FORMAT_INVALID')
}
