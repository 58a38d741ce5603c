import { boardLineSchema, boardProtocol, type BoardLine } from '../../shared/contract/boardProtocol.ts'
import { AppError } from '../../shared/errors.ts'

/**
 * The lines that the board program said, docs/format/board-protocol.md.
 *
 * @param text all of its standard output
 * @throws AppError `input-invalid` where it is not whole: no `end`, another number of lines, a line of no known form; with the program's own sentence
 * where it told an error
 */
export function readBoardStream(text: string): BoardLine[] {
  const lines = text.split('\n')
  const rest = lines.pop()
  const read = lines.map(readLine)
  const error = read.find((line) => line.type === 'error')
  if (error !== undefined) throw broken(`${error.code}: ${error.message}`)
  const end = read.at(-1)
  if (rest !== '' || end?.type !== 'end') throw broken('an output that ends before its end')
  if (end.lines !== read.length) throw broken(`${read.length} lines where its end counts ${end.lines}`)
  if (read[0]?.type !== 'hello') throw broken('an output that does not begin with hello')
  return read
}

function readLine(line: string, index: number): BoardLine {
  const parsed = boardLineSchema.safeParse(parseJson(line))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw broken(`line ${index + 1}, ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'no JSON'}`)
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function broken(found: string): AppError {
  return new AppError('input-invalid', 'What the board program said is no whole measurement.', {
    expected: `the lines of protocol ${boardProtocol}, up to its end`,
    found,
  })
}
