/** SoftHSM2, a PKCS #11 token in software, through graphene-pk11. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type * as Graphene from 'graphene-pk11'
import { isFile, provide, run } from './debian.ts'
import { compile, folderOf } from './native.ts'

const LIBRARY = '/usr/lib/softhsm/libsofthsm2.so'
const PIN = '1234'
/** What GCM adds to a plaintext. */
const TAG_BYTES = 16
const OUTPUT_BYTES = 65_536

export interface SoftHsm {
  encryptGcm(key: Uint8Array, iv: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Uint8Array
  decryptGcm(key: Uint8Array, iv: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array
  wrap(kek: Uint8Array, key: Uint8Array): Uint8Array
  unwrap(kek: Uint8Array, wrapped: Uint8Array): Uint8Array
  close(): void
}

/** A fresh token, or undefined where it cannot be had. */
export async function startSoftHsm(): Promise<SoftHsm | undefined> {
  if (!(await provide(['softhsm2'], () => isFile(LIBRARY)))) return undefined
  if (!(await compilePkcs11js())) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'lockstitch-hsm-'))
  mkdirSync(join(folder, 'tokens'))
  const configuration = join(folder, 'softhsm2.conf')
  writeFileSync(configuration, `directories.tokendir = ${join(folder, 'tokens')}\nobjectstore.backend = file\n`)
  process.env['SOFTHSM2_CONF'] = configuration
  await run('softhsm2-util', ['--init-token', '--free', '--label', 'phi', '--so-pin', PIN, '--pin', PIN])
  const graphene = createRequire(import.meta.url)('graphene-pk11') as typeof Graphene
  const module = graphene.Module.load(LIBRARY, 'SoftHSM')
  module.initialize()
  const close = (): void => {
    module.finalize()
    rmSync(folder, { recursive: true, force: true })
  }
  return { ...operations(graphene, module.getSlots(0, true)), close }
}

/** graphene-pk11 looks for it where pkcs11js is installed. */
async function compilePkcs11js(): Promise<boolean> {
  const folder = folderOf('pkcs11js', folderOf('graphene-pk11'))
  return compile({
    sources: ['dl.cpp', 'common.cpp', 'main.cpp'].map((name) => join(folder, 'src', name)),
    includes: [join(folder, 'includes')],
    options: ['-ldl', '-DNAPI_DISABLE_CPP_EXCEPTIONS', '-DNODE_GYP_MODULE_NAME=pkcs11'],
    output: join(folder, 'build', 'Release', 'pkcs11.node'),
  })
}

/** Each operation has a session of its own: one that failed would stay active and block the next. */
function operations(graphene: typeof Graphene, slot: Graphene.Slot): Omit<SoftHsm, 'close'> {
  const { SessionFlag, ObjectClass, KeyType } = graphene
  const inSession = (work: (session: Graphene.Session) => Buffer): Uint8Array => {
    const session = slot.open(SessionFlag.RW_SESSION | SessionFlag.SERIAL_SESSION)
    session.login(PIN)
    try {
      return new Uint8Array(work(session))
    } finally {
      session.logout()
      session.close()
    }
  }
  const template = {
    class: ObjectClass.SECRET_KEY,
    keyType: KeyType.AES,
    token: false,
    sensitive: false,
    extractable: true,
    encrypt: true,
    decrypt: true,
    wrap: true,
    unwrap: true,
  }
  const load = (session: Graphene.Session, value: Uint8Array): Graphene.SecretKey =>
    session.create({ ...template, value: Buffer.from(value) }).toType<Graphene.SecretKey>()
  const gcm = (iv: Uint8Array, aad: Uint8Array): Graphene.MechanismType => ({
    name: 'AES_GCM',
    params: new graphene.AesGcmParams(Buffer.from(iv), Buffer.from(aad), TAG_BYTES * 8),
  })
  const keyWrap = { name: 'AES_KEY_WRAP', params: null } as const
  const buffer = (): Buffer => Buffer.alloc(OUTPUT_BYTES)
  return {
    encryptGcm: (key, iv, aad, plaintext) =>
      inSession((session) =>
        session.createCipher(gcm(iv, aad), load(session, key)).once(Buffer.from(plaintext), buffer()),
      ),
    decryptGcm: (key, iv, aad, sealed) =>
      inSession((session) =>
        session.createDecipher(gcm(iv, aad), load(session, key)).once(Buffer.from(sealed), buffer()),
      ),
    wrap: (kek, key) => inSession((session) => session.wrapKey(keyWrap, load(session, kek), load(session, key))),
    unwrap: (kek, wrapped) =>
      inSession(
        (session) =>
          session
            .unwrapKey(keyWrap, load(session, kek), Buffer.from(wrapped), template)
            .getAttribute('value') as Buffer,
      ),
  }
}
