/**
 * Made the files of tests/vectors/own/ls1, once. It is kept to show how; it refuses to overwrite any of them, because a
 * committed vector is never regenerated: a new version of the format gets a new folder.
 */
import { randomBytes } from '../../../packages/sdk/src/crypto/random.ts'
import { deriveRecoveryCredential } from '../../../packages/sdk/src/keys/credential.ts'
import { generateRecoveryCode } from '../../../packages/sdk/src/keys/recovery-code.ts'
import { wrapSlot } from '../../../packages/sdk/src/keys/slot.ts'
import { OWNER, writeFiles } from './own-vector-files.ts'
import {
  makeAccount,
  makeAccountStates,
  makeDigests,
  makeEnvelopes,
  makeManifests,
  makeRecords,
} from './own-vectors-of-accounts.ts'
import { makeContexts, makeCredentials, makeKeys, makeValues, SLOT_ACCOUNT_KEY } from './own-vectors-of-keys.ts'

makeValues()
await makeContexts()
await makeKeys()
await makeCredentials()
await makeEnvelopes()
await makeDigests()
const account = await makeAccount(['phi', 'pii', 'confidential'], [await wrapSlot(await deriveRecoveryCredential(await generateRecoveryCode()), OWNER, SLOT_ACCOUNT_KEY, 0)], randomBytes(32))
await makeManifests(account)
await makeRecords(account)
await makeAccountStates()
writeFiles()
