/** Where the systems are lenient, this is not: each case is something one of them accepts, guesses or trips over. */
import { describe } from 'vitest'
import { strictPhase4 } from './phase4.ts'
import { strictPazpaz } from './pazpaz.ts'
import { strictFernet, strictSalted } from './novamind.ts'
import { strictPgcrypto, strictCsfle, strictHsm } from './medimind.ts'
import { strictSurgicase } from './surgicase.ts'
import { strictCallers } from './callers.ts'

const SUITES = [
  ['phase4', strictPhase4],
  ['pazpaz', strictPazpaz],
  ['novamind-fernet', strictFernet],
  ['novamind-cryptojs and openssl', strictSalted],
  ['pgcrypto', strictPgcrypto],
  ['csfle', strictCsfle],
  ['hsm', strictHsm],
  ['surgicase', strictSurgicase],
  ['arguments', strictCallers],
] as const

/** Every format's refusals; the same in Node and in a browser. */
export function strictness(): void {
  describe.each(SUITES)('%s', (_, suite) => {
    suite()
  })
}
