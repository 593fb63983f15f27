/** Builds packages/demo/dist with Vite, after the SDK it uses, when either changed. */
import { join } from 'node:path'
import { buildSdk } from './build-sdk.mjs'
import { list, root, run } from './lib/repo.mjs'
import { buildOnce } from './lib/stamp.mjs'

const demo = join(root, 'packages', 'demo')
const sdk = join(root, 'packages', 'sdk')

/** Builds the demo when it or the SDK changed. Resolves to whether the demo was built. */
export async function buildDemo() {
  await buildSdk()
  const own = list(demo, ['*', 'src/**/*', 'public/**/*']).map((file) => join(demo, file))
  const used = list(sdk, ['src/**/*.ts', 'package.json']).map((file) => join(sdk, file))
  return buildOnce({
    name: 'demo',
    inputs: [...own, ...used, join(root, 'pnpm-lock.yaml')],
    output: join(demo, 'dist', 'index.html'),
    build: async () => {
      const { status, output } = await run(join(demo, 'node_modules', '.bin', 'vite'), ['build'], {
        cwd: demo,
        quiet: true,
      })
      if (status !== 0) throw new Error(`vite could not build the demo:\n${output}`)
    },
  })
}

if (import.meta.main) {
  console.log((await buildDemo()) ? 'packages/demo/dist is built' : 'packages/demo/dist is up to date')
}
