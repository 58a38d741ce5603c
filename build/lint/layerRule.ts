import type { Rule } from 'eslint'
import { isBuiltin } from 'node:module'
import { dirname, relative, resolve, sep } from 'node:path'
import type { Layer } from './layers.ts'

export interface LayerRuleOptions {
  /** folder that the layers' folders are relative to */
  root: string
  layers: readonly Layer[]
  packages: Readonly<Record<string, readonly string[]>>
  toolingPackages: readonly string[]
}

/** The node types that name another module, and where in them the name stands. */
const importingNodes = {
  ImportDeclaration: (node: any) => node.source,
  ExportNamedDeclaration: (node: any) => node.source,
  ExportAllDeclaration: (node: any) => node.source,
  ImportExpression: (node: any) => node.source,
  TSImportType: (node: any) => node.source ?? node.argument?.literal,
  CallExpression: (node: any) => (isRequire(node.callee) ? node.arguments[0] : null),
} as const

function isRequire(callee: any): boolean {
  if (callee.type === 'Identifier') return callee.name === 'require'
  return callee.type === 'MemberExpression' && callee.object.name === 'require' && callee.property.name === 'resolve'
}

/**
 * The rule `bitgauge/layers`: a file imports only the layers, packages and Node modules that its own layer may touch. An import of a
 * package that no list names is an error as well, and so is a file below `src` that belongs to no layer.
 */
export function createLayerRule(options: LayerRuleOptions): Rule.RuleModule {
  return {
    meta: { type: 'problem', schema: [] },
    create(context) {
      const file = toPosix(relative(options.root, context.filename))
      const from = layerOf(file, options.layers)
      if (from === undefined) {
        const message = `${file} belongs to no layer of build/lint/layers.ts.`
        return { Program: (node) => context.report({ node, message }) }
      }
      const check = (node: any, pick: (node: any) => any): void => {
        const source = pick(node)
        if (typeof source?.value !== 'string') return
        const message = complaint(source.value, file, from, options)
        if (message !== undefined) context.report({ node: source, message })
      }
      return Object.fromEntries(
        Object.entries(importingNodes).map(([type, pick]) => [type, (node: any) => check(node, pick)]),
      )
    },
  }
}

function complaint(source: string, file: string, from: Layer, options: LayerRuleOptions): string | undefined {
  const name = source.replace(/\?.*$/, '')
  if (name.startsWith('.') || name.startsWith('/')) return relativeComplaint(name, file, from, options)
  if (name.startsWith('node:') || isBuiltin(name)) return builtinComplaint(name, from)
  return packageComplaint(packageName(name), from, options)
}

function relativeComplaint(name: string, file: string, from: Layer, options: LayerRuleOptions): string | undefined {
  const target = toPosix(relative(options.root, resolve(options.root, dirname(file), name)))
  const to = layerOf(target, options.layers)
  if (target.startsWith('..') || to === undefined) return `${target} lies outside the project's layers.`
  if (to.name === from.name || from.imports.includes(to.name)) return undefined
  if (target === 'package.json') return undefined
  return `${from.name} may not import ${to.name} (${target}). It may import: ${list(from.imports)}.`
}

function builtinComplaint(name: string, from: Layer): string | undefined {
  const full = name.startsWith('node:') ? name : `node:${name}`
  if (from.builtins === 'all' || from.builtins.includes(full)) return undefined
  return `${from.name} may not import ${full}: it knows nothing of Node${from.builtins.length > 0 ? ` but ${list(from.builtins)}` : ''}.`
}

function packageComplaint(name: string, from: Layer, options: LayerRuleOptions): string | undefined {
  const allowed = Object.hasOwn(options.packages, name) ? options.packages[name] : undefined
  if (from.name === 'tooling' && (allowed !== undefined || options.toolingPackages.includes(name))) return undefined
  if (allowed === undefined) {
    return options.toolingPackages.includes(name)
      ? `${name} is for build scripts and tests only.`
      : `${name} is in no list of build/lint/layers.ts: decide which layers may import it.`
  }
  return allowed.includes(from.name) ? undefined : `${from.name} may not import ${name}; only ${list(allowed)} may.`
}

function layerOf(path: string, layers: readonly Layer[]): Layer | undefined {
  let best: { layer: Layer; length: number } | undefined
  for (const layer of layers) {
    for (const folder of layer.folders) {
      if (!isInside(path, folder) || (best !== undefined && best.length >= folder.length)) continue
      best = { layer, length: folder.length }
    }
  }
  return path.startsWith('src/') && best?.layer.name === 'tooling' ? undefined : best?.layer
}

function isInside(path: string, folder: string): boolean {
  if (folder === '.') return !path.startsWith('..')
  return path === folder || path.startsWith(`${folder}/`)
}

function packageName(name: string): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/')
}

function toPosix(path: string): string {
  return sep === '/' ? path : path.split(sep).join('/')
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'nothing' : names.join(', ')
}
