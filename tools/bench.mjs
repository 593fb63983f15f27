/** `pnpm bench`: builds the SDK when it changed, then measures the build; see tests/bench/run.ts. */
import { buildSdk } from './build-sdk.mjs'

await buildSdk()
await import('../tests/bench/run.ts')
