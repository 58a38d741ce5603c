import type cliProgress from 'cli-progress'
import type { Progress } from '../shared/contract/jobs.ts'

export interface ProgressDisplay {
  report: (progress: Progress) => void
  note: (line: string) => void
  close: () => void
}

/** A bar on a terminal; elsewhere one line when a phase begins and one when it is complete. Bytes are shown as MB. */
export async function createProgressDisplay(stream: NodeJS.WriteStream): Promise<ProgressDisplay> {
  return stream.isTTY ? barDisplay(stream, (await import('cli-progress')).default) : lineDisplay(stream)
}

function lineDisplay(stream: NodeJS.WriteStream): ProgressDisplay {
  let phase = ''
  let complete = true
  const note = (line: string): void => void stream.write(`${line}\n`)
  return {
    report: (progress) => {
      if (progress.phase !== phase) {
        phase = progress.phase
        complete = false
        note(`${phase} …${progress.total === null ? '' : ` (${amount(progress.total, progress.unit)})`}`)
      }
      if (!complete && progress.total !== null && progress.total > 0 && progress.done >= progress.total) {
        complete = true
        note(`${phase}: ${amount(progress.done, progress.unit)}`)
      }
    },
    note,
    close: () => {},
  }
}

function barDisplay(stream: NodeJS.WriteStream, library: typeof cliProgress): ProgressDisplay {
  let bar: cliProgress.SingleBar | null = null
  let phase = ''
  const stop = (): void => {
    bar?.stop()
    bar = null
  }
  return {
    report: (progress) => {
      if (progress.phase !== phase || bar === null) {
        stop()
        phase = progress.phase
        bar = newBar(stream, library)
        bar.start(progress.total ?? 0, 0, payload(progress))
      }
      if (progress.total !== null) bar.setTotal(progress.total)
      bar.update(progress.done, payload(progress))
    },
    note: (line) => {
      stop()
      stream.write(`${line}\n`)
    },
    close: stop,
  }
}

function newBar(stream: NodeJS.WriteStream, library: typeof cliProgress): cliProgress.SingleBar {
  return new library.SingleBar(
    {
      stream,
      format: '{phase} {bar} {amount}',
      barCompleteChar: '█',
      barIncompleteChar: '░',
      barsize: 28,
      fps: 8,
      hideCursor: true,
      clearOnComplete: false,
      stopOnComplete: false,
      gracefulExit: false,
    },
    library.Presets.shades_classic,
  )
}

function payload(progress: Progress): { phase: string; amount: string } {
  const total = progress.total === null ? '' : ` of ${amount(progress.total, progress.unit)}`
  return { phase: progress.phase, amount: `${amount(progress.done, progress.unit)}${total}` }
}

function amount(value: number, unit: string): string {
  if (unit === 'bytes') return `${(value / 1e6).toFixed(value < 1e6 ? 2 : 0)} MB`
  return `${Math.round(value)} ${unit}`
}
