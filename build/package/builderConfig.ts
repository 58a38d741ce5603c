import { join } from 'node:path'
import type { Configuration } from 'electron-builder'
import { root } from '../tasks/run.ts'
import { restoreTimes } from './restoreTimes.ts'

/**
 * What is packaged: the built window, the sources and the packages that the command line runs from, and beside the archive what a clone's set-up
 * would fetch and build. Linux x64 is tried; macOS and Windows are configured and were never built.
 *
 * @param bundled the folder that `stageBundled` made
 * @param electronDist an unpacked Electron; left out: electron-builder fetches the one of package.json
 */
export function builderConfig(bundled: string, electronDist?: string): Configuration {
  return {
    appId: 'org.bitgauge.bitgauge',
    productName: 'Bitgauge',
    executableName: 'bitgauge-desktop',
    copyright: 'MIT licence, the Bitgauge authors',
    directories: { output: join(root, 'dist', 'package'), buildResources: join(root, 'resources') },
    ...(electronDist === undefined ? {} : { electronDist }),
    files: packaged,
    extraResources: [
      { from: bundled, to: 'bundled' },
      // By itself: of the application's own files electron-builder leaves out `.cc`, and the addon is known by all of its sources.
      { from: join(root, 'src', 'runtime'), to: 'src/runtime' },
      { from: join(root, 'LICENSE'), to: 'LICENSE' },
      { from: join(root, 'build', 'package', 'bitgauge.sh'), to: 'bin/bitgauge' },
    ],
    asar: true,
    // The command line's Node reads no archive: all that it runs lies beside it, and the window reads the same files there.
    asarUnpack: ['package.json', 'node_modules/**', 'src/**', 'build/**', 'resources/**', 'out/renderer/**'],
    npmRebuild: false,
    nodeGypRebuild: false,
    buildDependenciesFromSource: false,
    electronFuses: fuses,
    protocols: [{ name: 'Bitgauge', schemes: ['bitgauge'] }],
    afterPack: ({ appOutDir }) => restoreTimes(join(appOutDir, 'resources', 'bundled')),
    linux: {
      target: ['AppImage', 'deb'],
      category: 'Science',
      icon: join(root, 'resources', 'icon.png'),
      synopsis: 'Honest measurement of low-bit inference',
      maintainer: 'The Bitgauge authors',
    },
    deb: { fpm: [`${join(root, 'build', 'package', 'usr-bin-bitgauge.sh')}=/usr/bin/bitgauge`] },
    mac: { target: ['dmg'], category: 'public.app-category.developer-tools' },
    win: { target: ['nsis'] },
  }
}

/** No telemetry and no updates: nothing in the package asks the network by itself. */
const packaged: string[] = [
  'package.json',
  'LICENSE',
  'docs/licences.md',
  'out/**',
  'src/**',
  '!src/{main,preload,renderer,runtime}/**',
  'build/pages.ts',
  'build/setup/**',
  'resources/**',
  '!**/*.map',
  '!**/*.d.ts',
  '!node_modules/**/{test,tests,__tests__,benchmark,example,examples,docs}/**',
]

/** Compute is a utility process, so that nothing needs the application's binary to be a Node. */
const fuses = {
  runAsNode: false,
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: false,
  enableCookieEncryption: true,
  enableEmbeddedAsarIntegrityValidation: true,
  onlyLoadAppFromAsar: true,
  grantFileProtocolExtraPrivileges: false,
} satisfies Configuration['electronFuses']
