import type { ConversionKeys, ConversionMapping } from '../schema/conversion.ts'
import type { Model } from '../schema/types.ts'
import type { ConversionResult, Vault } from '../vault/api.ts'
import { loadPiece } from './load-piece.ts'
import type { ConvertOptions } from './types.ts'

/**
 * Converts records of another system with a vault: what {@link Client.convert} does, for a vault in this process. A result for
 * each record, in their order; the next chunk is under way while the results of the last are being used. Few apps convert, so
 * its code is loaded when it is called.
 *
 * The ids of the source are remembered while it is read, so that none is converted twice.
 *
 * @throws LockstitchError `ERR_ABORTED`, `ERR_KEY_UNKNOWN`, and whatever the vault throws for a whole chunk.
 * @throws TypeError for a mapping that does not fit the model.
 */
export async function* convertRecords(
  vault: Pick<Vault, 'convertMany'>,
  model: Model,
  source: Iterable<object> | AsyncIterable<object>,
  mapping: ConversionMapping,
  keys: ConversionKeys,
  options: ConvertOptions = {},
): AsyncGenerator<ConversionResult, void, undefined> {
  const { convertSource } = await loadPiece(import('./convert.ts'))
  yield* convertSource(vault, model, source, mapping, keys, options)
}
