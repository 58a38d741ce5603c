import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { Transform } from 'node:stream'
import type { Client, SFTPWrapper } from 'ssh2'
import { AppError } from '../../shared/errors.ts'
import { timeFor, type WriteFile } from '../upload.ts'
import { lineCut } from './sshChannels.ts'

/** Writes files by SFTP, over one channel that is opened when the first one comes. */
export function sftpWriter(client: Client): WriteFile {
  let opened: Promise<SFTPWrapper> | undefined
  // Writes that wait for an answer are never told that none will come.
  const lost = new AbortController()
  client.once('close', () => lost.abort())
  return async (localPath, remotePath, { bytes, signal, onProgress }) => {
    const sftp = await (opened ??= openSftp(client))
    let sent = 0
    const counted = new Transform({
      transform: (piece: Buffer, _encoding, done) => {
        onProgress((sent += piece.length))
        done(null, piece)
      },
    })
    const limit = AbortSignal.timeout(timeFor(bytes))
    const any = AbortSignal.any([limit, lost.signal, ...(signal === undefined ? [] : [signal])])
    try {
      // `wx`: nothing that is there is written into.
      const target = sftp.createWriteStream(remotePath, { flags: 'wx', mode: 0o600 })
      await pipeline(createReadStream(localPath, { highWaterMark: 32_768 }), counted, target, { signal: any })
    } catch (error) {
      if (signal?.aborted === true) throw new AppError('cancelled', 'The upload was cancelled.', { cause: error })
      if (limit.aborted) throw new AppError('timed-out', 'The upload took too long.', { cause: error })
      if (lost.signal.aborted) throw lineCut(error)
      throw error
    }
  }
}

/** A login script that prints something spoils the protocol: what comes then is an error, or nothing. */
const opening_ms = 10_000

function openSftp(client: Client): Promise<SFTPWrapper> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no answer of SFTP')), opening_ms)
    client.sftp((error, sftp) => {
      clearTimeout(timer)
      if (error !== undefined && error !== null) return reject(error)
      // A failure later fails the write that is under way.
      sftp.on('error', () => {})
      resolve(sftp)
    })
  })
}
