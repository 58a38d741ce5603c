import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { ulid } from 'ulid'
import { openStore } from '../../../src/store/index.ts'
import { emulatedKinds, lacksEmulation, startEmulatedBoard } from '../../../test/remote/emulatedBoard.ts'
import { lacksSshServer, startSshServer, type SshServer } from '../../../test/remote/sshServer.ts'
import { bitgauge } from './homes.ts'

/**
 * A home with models of both families at three widths, measured on this machine, on the same one over SSH and on an imitated processor, each with the real programs, and boards that are
 * not trusted. Where a server or an emulator is missing, that board is left out.
 */
export async function makeBoards(boards: string, say: (line: string) => void): Promise<void> {
  if (existsSync(boards)) return
  say('making a home with boards and a profile …')
  const making = `${boards}.${process.pid}`
  mkdirSync(making)
  await bitgauge(making, ['dataset', 'generate', 'maintenance-log', '--size', '3000', '--name', 'notes'])
  for (const [name, family] of [
    ['reads', 'discriminative'],
    ['writes', 'generative'],
  ] as const) {
    const sizes = ['--embedding', '16', '--hidden', '24', '--epochs', '2']
    await bitgauge(making, ['train', '--dataset', 'notes', '--family', family, ...sizes, '--name', name])
    for (const bits of ['float', '8', '4'])
      await bitgauge(making, ['quantize', name, '--bits', bits, '--name', `${name}-${bits}`])
  }
  // Twice, so that there is one before.
  for (const seed of ['1', '2']) await bitgauge(making, ['profile', 'run', '--quick', '--texts', '500', '--seed', seed])
  await addServers(making, serverFolder(boards))
  addStrangers(making)
  renameSync(making, boards)
}

/** What a server of a picture is made of; its key is there after it has ended. */
export function serverFolder(boards: string): string {
  return `${boards}.server`
}

async function addServers(home: string, folder: string): Promise<void> {
  if (lacksSshServer() === null) {
    mkdirSync(folder, { recursive: true })
    await measureOn(home, 'workbench', await startSshServer({ folder }))
  }
  const kind = emulatedKinds.find((one) => one.name === 'arm64' && lacksEmulation(one) === null)
  if (kind !== undefined) await measureOn(home, 'arm64-qemu', await startEmulatedBoard(kind))
}

async function measureOn(home: string, name: string, { user, port, key, hostKey, stop }: SshServer): Promise<void> {
  try {
    const way = ['--key', key, '--no-config', '--host-key', hostKey.fingerprint]
    await bitgauge(home, ['board', 'add', name, `${user}@127.0.0.1:${port}`, ...way])
    const models = ['reads-8', 'reads-4', 'writes-8', 'writes-4'].flatMap((model) => ['--model', model])
    await bitgauge(home, ['profile', 'run', '--board', name, ...models, '--quick', '--texts', '500', '--batch', '1'])
  } finally {
    await stop()
  }
}

/** One whose key nobody has confirmed, and one that was refused for another key than the one it had. */
function addStrangers(home: string): void {
  const key = (letters: string) => ({
    algorithm: 'ssh-ed25519',
    fingerprint: `SHA256:${letters.repeat(8).slice(0, 43)}`,
  })
  const [created, at] = ['2026-02-03T09:00:00.000Z', '2026-11-20T16:20:00.000Z']
  const store = openStore({ home, program: 'bitgauge screenshots' })
  try {
    const { boards } = store
    boards.add({ id: ulid(), name: 'visionfive2', created, target: { host: 'visionfive2.local' }, refused: null })
    const refused = { ...key('T1hGd9u'), at }
    boards.add({ id: ulid(), name: 'line4-gateway', created, target: { host: '10.0.4.17', user: 'line' }, refused })
    boards.keep('line4-gateway', [{ host: '10.0.4.17', port: 22, key: key('mVx0tPq'), since: created }])
  } finally {
    store.close()
  }
}
