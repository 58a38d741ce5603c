import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import type { CommandChannel, CommandLine } from '../../src/remote/channel.ts'
import { runCommand } from '../../src/remote/runCommand.ts'

/** A line whose programs end when their input does, as the launcher makes them. */
function lineOf(onOpen: () => void): { line: CommandLine; opened: CommandChannel[] } {
  const opened: CommandChannel[] = []
  const open = async (): Promise<CommandChannel> => {
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
    const ended = new Promise<{ code: number; signal: null }>((resolve) =>
      stdin.on('finish', () => resolve({ code: 0, signal: null })),
    )
    opened.push({ stdin, stdout, stderr, ended, destroy: () => {} })
    onOpen()
    return opened[0]!
  }
  return { line: { open }, opened }
}

describe('a command on a board', () => {
  it('is ended at once where it was cancelled while its channel was being opened', async () => {
    const stop = new AbortController()
    const { line, opened } = lineOf(() => stop.abort())
    const limits = { maxBytes: 1000, timeout_ms: 20_000, signal: stop.signal }
    await expect(runCommand(line, ['true'], limits)).rejects.toMatchObject({ code: 'cancelled' })
    expect(opened[0]?.stdin.writableEnded).toBe(true)
  })

  it('is not begun where it was cancelled before', async () => {
    const { line, opened } = lineOf(() => {})
    const limits = { maxBytes: 1000, timeout_ms: 20_000, signal: AbortSignal.abort() }
    await expect(runCommand(line, ['true'], limits)).rejects.toMatchObject({ code: 'cancelled' })
    expect(opened).toEqual([])
  })
})
