import type {
  BoardAdded,
  BoardAddInput,
  BoardChecked,
  BoardDiscovered,
  BoardEntry,
  BoardList,
  BoardRemoved,
  BoardSecrets,
  BoardShown,
  BoardTrusted,
} from '../../shared/contract/boardCalls.ts'
import { AppError } from '../../shared/errors.ts'

const local: BoardEntry = {
  id: null,
  name: 'local',
  kind: 'local',
  target: null,
  trust: 'trusted',
  key: null,
  refused: null,
  description: null,
  fingerprint: null,
  seen: null,
  created: null,
  profiles: 0,
}

/** The boards of a home. */
export class BoardService {
  list(): BoardList {
    return { boards: [local] }
  }

  show(board: string): BoardShown {
    if (board === 'local') return { board: local, history: [] }
    throw noBoard(board)
  }

  add(input: BoardAddInput): BoardAdded {
    throw noBoard(input.name)
  }

  check({ board }: { board: string; secrets: BoardSecrets }): BoardChecked {
    throw noBoard(board)
  }

  trust({ board }: { board: string; hostKey?: string | undefined }): BoardTrusted {
    throw noBoard(board)
  }

  remove({ board }: { board: string; secrets: BoardSecrets; unreachable: boolean }): BoardRemoved {
    throw noBoard(board)
  }

  discover(_wait_s: number): BoardDiscovered {
    return { boards: [] }
  }
}

function noBoard(name: string): AppError {
  return new AppError('not-found', `There is no board ${JSON.stringify(name)}.`)
}
