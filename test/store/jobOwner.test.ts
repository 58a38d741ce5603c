import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { isOwnerAlive, thisProcessAsOwner } from '../../src/store/index.ts'
import { tempHome } from './support/tempHome.ts'

const instance = '01JD0000000000000000000001'

describe('the owner of a job', () => {
  it('is alive while its process runs', () => {
    expect(thisProcessAsOwner(instance)).toMatchObject({ instance, pid: process.pid })
    expect(isOwnerAlive(thisProcessAsOwner(instance))).toBe(true)
  })

  it('is not alive when its pid belongs to a process that started at another time', () => {
    expect(isOwnerAlive({ instance, pid: process.pid, start: 'another boot/1' })).toBe(false)
  })

  it('is taken for alive by its pid alone where the system did not say when it started', () => {
    expect(isOwnerAlive({ instance, pid: process.pid, start: null })).toBe(true)
  })

  it('is not alive when its process has ended', async () => {
    const child = spawn(process.execPath, ['-e', ''])
    await once(child, 'exit')
    expect(isOwnerAlive({ instance, pid: child.pid as number, start: null })).toBe(false)
  })

  it.runIf(existsSync('/proc/self/stat'))('is not alive when its process has ended and nobody asked how', async () => {
    // The shell starts a child, and becomes a program that never asks for it.
    const parent = spawn('/bin/sh', ['-c', 'sleep 0.01 & echo $!; exec sleep 30'])
    onTestFinished(() => void parent.kill('SIGKILL'))
    const [said] = (await once(parent.stdout, 'data')) as [Buffer]
    const pid = Number(said.toString())
    const state = (): string => /\) (.)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? ''
    await expect.poll(state).toBe('Z')
    const boot = thisProcessAsOwner(instance).start?.split('/')[0]
    const ticks = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19]
    expect(isOwnerAlive({ instance, pid, start: `${boot}/${ticks}` })).toBe(false)
  })

  it.runIf(existsSync('/proc/self/stat'))(
    'is known by its start even if its program’s name looks like the fields behind it',
    async () => {
      const folder = tempHome()
      mkdirSync(folder)
      const program = join(folder, 'a) S 1 (b')
      copyFileSync('/bin/sleep', program)
      const child = spawn(program, ['30'])
      onTestFinished(() => void child.kill('SIGKILL'))
      await once(child, 'spawn')
      const start = thisProcessAsOwner(instance).start?.split('/')[0]
      const pid = child.pid as number
      expect(isOwnerAlive({ instance, pid, start: `${start}/0` })).toBe(false)
      expect(isOwnerAlive({ instance, pid, start: null })).toBe(true)
    },
  )
})
