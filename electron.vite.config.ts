import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'
import { resolve } from 'node:path'

const root = import.meta.dirname

// Every runtime dependency stays outside the main bundle (electron-vite's default), native ones among them. The programs of
// utility processes are entries of their own: they must not share a chunk with anything that imports `electron`.
export default defineConfig({
  main: {
    build: {
      rolldownOptions: {
        input: {
          index: resolve(root, 'src/main/index.ts'),
          compute: resolve(root, 'src/compute/main.ts'),
          storeKeeper: resolve(root, 'src/host/storeKeeper/main.ts'),
        },
        output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: resolve(root, 'src/preload/index.ts') },
        // A sandboxed preload is a CommonJS script; `.cjs` because the package is of type module.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: resolve(root, 'src/renderer'),
    plugins: [vue()],
    define: { __VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false' },
    build: {
      minify: 'oxc',
      cssMinify: true,
      // Fonts and icons stay files: the policy of the page forbids `data:` fonts.
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 1000,
      rolldownOptions: {
        input: { index: resolve(root, 'src/renderer/index.html') },
        output: {
          // Few files: a browser asks six at a time, and each asking costs more than most modules take to read.
          codeSplitting: {
            groups: [
              { name: 'shell', tags: ['$initial'], priority: 2 },
              {
                name: 'parts',
                test: /\/src\/renderer\/(?!features)|\/node_modules\/(?:@lucide|reka-ui)\//,
                minShareCount: 3,
                priority: 1,
              },
            ],
          },
        },
      },
    },
  },
})
