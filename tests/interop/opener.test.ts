/** An opener for many values imports a key once; it must not take one key for another because of that. */
import { expect, test } from 'vitest'
import { sealForeign } from '@lockstitch/sdk/interop'
import { createForeignOpener } from '../../packages/sdk/src/interop/open-foreign.ts'

const randomKey = (): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(32))

test('two keys of one name are two keys, one after the other and at once', async () => {
  const [first, second] = [{ keys: { k: randomKey() } }, { keys: { k: randomKey() } }]
  const [ofFirst, ofSecond] = await Promise.all([
    sealForeign('phase4', 'first', first),
    sealForeign('phase4', 'second', second),
  ])
  const open = createForeignOpener()
  expect((await open('phase4', ofFirst, first, {})).text()).toBe('first')
  expect((await open('phase4', ofSecond, second, {})).text()).toBe('second')
  await expect(open('phase4', ofFirst, second, {})).rejects.toMatchObject({ code: 'ERR_OPEN_FAILED' })
  const texts = await Promise.all([open('phase4', ofSecond, second, {}), open('phase4', ofFirst, first, {})])
  expect(texts.map((opened) => opened.text())).toEqual(['second', 'first'])
})

test('one key opens the values of two formats, and a key of a wrong length opens none', async () => {
  const dek = randomKey()
  const keys = { phase4: { keys: { k: dek } }, pazpaz: { keys: { v1: dek } }, surgicase: { dek } }
  const open = createForeignOpener()
  for (const format of ['phase4', 'pazpaz', 'surgicase'] as const) {
    const sealed = await sealForeign(format, format, keys[format] as never)
    expect((await open(format, sealed, keys[format] as never, {})).text()).toBe(format)
    const short = { keys: { k: dek.subarray(16), v1: dek.subarray(16) }, dek: dek.subarray(16) }
    await expect(open(format, sealed, short as never, {})).rejects.toMatchObject({ code: 'ERR_KEY_INVALID' })
  }
})

test('a key is used as it was when it was first used, and a new opener uses it as it is', async () => {
  const keys = { keys: { k: randomKey() } }
  const sealed = await sealForeign('phase4', 'text', keys)
  const open = createForeignOpener()
  await open('phase4', sealed, keys, {})
  keys.keys.k.fill(0)
  expect((await open('phase4', sealed, keys, {})).text()).toBe('text')
  await expect(createForeignOpener()('phase4', sealed, keys, {})).rejects.toMatchObject({ code: 'ERR_OPEN_FAILED' })
})

test('an unknown format is a mistake of the caller each time', async () => {
  const open = createForeignOpener()
  for (let time = 0; time < 2; time++)
    await expect(open('none' as never, '', {} as never, {})).rejects.toThrow(TypeError)
})
