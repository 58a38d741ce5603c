import js from '@eslint/js'
import prettier from 'eslint-config-prettier'
import { createNodeResolver, importX } from 'eslint-plugin-import-x'
import vue from 'eslint-plugin-vue'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript-eslint'
import vueParser from 'vue-eslint-parser'
import { createLayerRule } from './build/lint/layerRule.ts'
import { layers, packages, toolingPackages } from './build/lint/layers.ts'

const root = dirname(fileURLToPath(import.meta.url))

export default ts.config(
  { ignores: ['out/', 'dist/', 'coverage/', 'node_modules/'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...vue.configs['flat/recommended'],
  prettier,
  {
    files: ['**/*.vue'],
    languageOptions: { parser: vueParser, parserOptions: { parser: ts.parser, extraFileExtensions: ['.vue'] } },
  },
  {
    files: ['**/*.{ts,mjs,vue}'],
    plugins: {
      bitgauge: { rules: { layers: createLayerRule({ root, layers, packages, toolingPackages }) } },
      'import-x': importX,
    },
    settings: {
      'import-x/extensions': ['.ts', '.mjs', '.vue'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'], 'vue-eslint-parser': ['.vue'] },
      'import-x/ignore': [/\.vue$/.source],
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.mjs', '.vue', '.json'] })],
    },
    rules: {
      'bitgauge/layers': 'error',
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'no-undef': 'off',
      'no-console': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      // Sources of numerics read arrays at indices that their loops bound; `noUncheckedIndexedAccess` makes each reading say so.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-dynamic-delete': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    },
  },
  { files: ['build/**', 'test/**'], rules: { 'no-console': 'off' } },
  {
    // The syntax tree of the linter has no one type that covers the nodes of all its parsers.
    files: ['build/lint/layerRule.ts'],
    rules: { '@typescript-eslint/no-explicit-any': 'off' },
  },
)
