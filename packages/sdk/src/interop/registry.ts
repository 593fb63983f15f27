import type { ForeignCodec, ForeignFormat } from './types.ts'

type Loaders = { readonly [F in ForeignFormat]: () => Promise<ForeignCodec<F>> }

/** Each format's code is a module of its own, so a page loads only those it uses. */
const LOADERS: Loaders = {
  phase4: async () => (await import('./phase4/phase4.ts')).phase4,
  pazpaz: async () => (await import('./pazpaz/pazpaz.ts')).pazpaz,
  'novamind-fernet': async () => (await import('./novamind/fernet.ts')).fernet,
  'novamind-cryptojs': async () => (await import('./novamind/cryptojs.ts')).cryptojs,
  pgcrypto: async () => (await import('./medimind/pgcrypto.ts')).pgcrypto,
  csfle: async () => (await import('./medimind/csfle.ts')).csfle,
  openssl: async () => (await import('./medimind/openssl.ts')).openssl,
  hsm: async () => (await import('./medimind/hsm.ts')).hsm,
  surgicase: async () => (await import('./surgicase/surgicase.ts')).surgicase,
}

const TABLE = Object.assign(Object.create(null) as object, LOADERS) as Loaders

/** The code of a format. An unknown name is a programmer's mistake: a `TypeError`. */
export async function loadCodec<F extends ForeignFormat>(format: F): Promise<ForeignCodec<F>> {
  const load = (TABLE as Partial<Loaders>)[format]
  if (load === undefined) throw new TypeError('format must be one of FOREIGN_FORMATS')
  return load()
}
