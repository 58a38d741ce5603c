import type { BoardConnection } from '../../remote/index.ts'
import { AppError } from '../../shared/errors.ts'

/**
 * Holds the lock for as long as it runs: `$1` the cache folder, `$2` who. The lock is a folder with the number of this process and the start of the machine in it, so that one
 * whose holder is gone, or was gone with a restart, is taken over. A holder that is dead and that nobody has waited for yet is gone as well.
 */
const script = `
alive() {
  kill -0 "$1" 2>/dev/null || return 1
  [ -r "/proc/$1/stat" ] || return 0
  read -r x name state x < "/proc/$1/stat"
  [ "$name" = '(sleep)' ] && [ "$state" != Z ]
}
cd "$1" || exit 5
boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null)
if ! mkdir lock 2>/dev/null; then
  held=$(cat lock/pid 2>/dev/null)
  if [ -n "$held" ] && [ "$(cat lock/boot 2>/dev/null)" = "$boot" ] && alive "$held"; then
    cat lock/owner; exit 3
  fi
  rm -rf lock; mkdir lock 2>/dev/null || exit 3
fi
printf '%s\\n' "$$" > lock/pid; printf '%s\\n' "$boot" > lock/boot; printf '%s\\n' "$2" > lock/owner
echo locked
exec sleep 604800
`
const week_ms = 7 * 24 * 3600_000

/**
 * Makes this session the only one of the user's on the board.
 *
 * @returns gives the lock back
 * @throws AppError `board-busy` with who has it, `connection-lost`
 */
export async function lockBoard(connection: BoardConnection, owner: string): Promise<() => Promise<void>> {
  const stop = new AbortController()
  const locked = Promise.withResolvers<null>()
  const ended = connection
    .run(['sh', '-c', script, 'lock', connection.cacheFolder, owner], {
      ...{ maxBytes: 4096, timeout_ms: week_ms, signal: stop.signal },
      onLine: (line) => {
        if (line === 'locked') locked.resolve(null)
      },
    })
    .then(({ code, stdout }) => {
      throw code === 3
        ? busy(stdout)
        : new AppError('board-failed', 'The board could not be locked.', { found: `exit code ${code}` })
    })
  ended.catch((error: unknown) => locked.reject(error))
  await locked.promise
  return async () => {
    stop.abort()
    await ended.catch(() => {})
    await connection.removeTree(`${connection.cacheFolder}/lock`).catch(() => {})
  }
}

function busy(told: string): AppError {
  return new AppError('board-busy', 'Another session measures on this board.', {
    found: told.trim().slice(0, 200) || 'a lock without a name',
    hint: 'Two at once would spoil both. Wait for it, or cancel it.',
  })
}
