import { registerHooks } from 'node:module'

// Loaded by `node --import` before the built main bundle: `electron` means the stand-in, for `import` and `require` alike.
const standIn = new URL('./electron.ts', import.meta.url).href

registerHooks({
  resolve(specifier, context, next) {
    return specifier === 'electron' ? { url: standIn, shortCircuit: true } : next(specifier, context)
  },
})
