import react from '@vitejs/plugin-react'
import { defineConfig, type UserConfig } from 'vite'

const config: UserConfig = defineConfig({
  plugins: [react()],
  build: {
    // The SDK's worker must be a file of its own: a strict policy allows neither blob: nor data: scripts.
    assetsInlineLimit: 0,
    // Every browser that the SDK supports can preload modules; the polyfill would be code for nobody.
    modulePreload: { polyfill: false },
  },
})

export default config
