import type { BoardFacts } from '../../../shared/contract/board.ts'
import { AppError } from '../../../shared/errors.ts'
import type { BoardConnection } from '../../../remote/index.ts'
import { builtProgram, chosenCompiler, sourcesFor } from './builtProgram.ts'
import { folderOf, type BoardProgram } from './cachedProgram.ts'
import { staticProgram, uploadedProgram } from './uploadedProgram.ts'

/** How a program would come to a board, or that one is there. */
export async function programState(
  connection: BoardConnection,
  facts: BoardFacts,
): Promise<'there' | 'build' | 'upload' | 'none'> {
  const compiler = chosenCompiler(facts)
  const source = compiler === undefined ? await staticProgram(facts) : await sourcesFor(compiler.version)
  if (source === undefined) return 'none'
  if (await connection.exists(`${folderOf(connection, source.key)}/whole.json`)) return 'there'
  return compiler === undefined ? 'upload' : 'build'
}

/**
 * The board program, built by the board's own compiler, or a static one of the cross builds. It lies in the board's cache folder under a hash of what it is made of, and is made once.
 *
 * @throws AppError `board-failed` where it can neither be built nor is a program for this architecture here; `disk-full`, `connection-lost`, `cancelled`
 */
export async function prepareProgram(
  connection: BoardConnection,
  facts: BoardFacts,
  signal?: AbortSignal,
): Promise<BoardProgram> {
  const compiler = chosenCompiler(facts)
  if (compiler === undefined) return uploadedProgram(connection, facts, signal)
  try {
    return await builtProgram(connection, compiler, signal)
  } catch (thrown) {
    const mayUpload =
      thrown instanceof AppError && thrown.code === 'board-failed' && (await staticProgram(facts)) !== undefined
    if (mayUpload) return uploadedProgram(connection, facts, signal)
    throw thrown
  }
}
