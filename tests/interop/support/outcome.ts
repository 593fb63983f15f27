import { isLockstitchError } from '../../../packages/sdk/src/errors.ts'
import {
  type ForeignFormat,
  type ForeignInput,
  type ForeignKeys,
  openForeign,
  type OpenForeignOptions,
} from '../../../packages/sdk/src/interop/index.ts'

/** What opening came to: `ok`, or the code of the error. Anything else that is thrown is thrown on. */
export async function outcome<F extends ForeignFormat>(
  format: F,
  input: ForeignInput,
  keys: ForeignKeys[F],
  options: OpenForeignOptions = {},
): Promise<string> {
  try {
    await openForeign(format, input, keys, options)
    return 'ok'
  } catch (error) {
    if (isLockstitchError(error)) return error.code
    throw error
  }
}
