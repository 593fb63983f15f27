/**
 * Other libraries at the same work: one text in, one text out, one field at a time, each with the calls and the encoding of
 * its own documentation. Bytes become text by the platform's base64.
 */
import { openAge } from './age.ts'
import { openAwsCrypto } from './aws-crypto.ts'
import { openCloak } from './cloak.ts'
import { openCryptoJs } from './crypto-js.ts'
import { openJose } from './jose.ts'
import { openLibsodium } from './libsodium.ts'
import { openNoble } from './noble.ts'
import { openNodeForge } from './node-forge.ts'
import { openOpenpgp } from './openpgp.ts'
import { openSjcl } from './sjcl.ts'
import type { Peer } from './peer.ts'
import type { Place } from '../lib/workload.ts'

/** Every peer that runs in a place, with a key of its own. */
export async function openPeers(place: Place): Promise<Peer[]> {
  const everywhere = [
    openCryptoJs(),
    openNodeForge(),
    openSjcl(),
    openNoble(),
    openJose(),
    openLibsodium(),
    openOpenpgp(),
    openAge(),
  ]
  // @47ng/cloak wants Node's Buffer, and the browser's AWS SDK a window.
  const here = place === 'node' ? [openCloak()] : place === 'page' ? [openAwsCrypto()] : []
  const peers = await Promise.all([...everywhere, ...here])
  for (const { name, seal, open } of peers) {
    // A peer that does not give back what it was given would be compared with nothing.
    const text = 'Zoë, 37.5 °C, no known allergies, seen 40'
    if ((await open(await seal(text))) !== text) throw new Error(`${name} does not open what it sealed`)
  }
  return peers
}
