import type { BoardConnection } from '../../remote/index.ts'
import { AppError } from '../../shared/errors.ts'

/** What only the holder of the lock may do: files that no session finished are removed. What is whole has its `whole.json`, or its name without `.part-`. */
const tidying = `
tidy() {
  find . -name '*.part-*' -exec rm -f {} \\;
  for folder in programs/*/; do
    [ -d "$folder" ] && ! [ -e "$folder/whole.json" ] && rm -rf "$folder"
  done
}
group_of() {
  read -r x x x x group x < "/proc/$1/stat"
} 2>/dev/null
`

/**
 * Holds the lock for as long as it runs: `$1` the cache folder, `$2` who, `$3` the session, `$4` the kind of connection. The lock is a folder with the number of this process and the start of the machine in it,
 * so that one whose holder is gone, or was gone with a restart, is taken over. A holder that is dead and that nobody has waited for yet is gone as well.
 *
 * One whose holder lives is taken over by its own session: a line that died in silence leaves the board with a connection that nobody uses, for as long as its kernel waits. That
 * connection is ended, where it is one of an SSH server, and so is every program of ours: nothing else may run while this session measures.
 *
 * In the folder of this machine other sessions may be at work without the lock: their words of the host are compared with a board's. Nothing is cleared there.
 *
 * Two sessions that find the same dead lock may both clear it away, the later one that of the other: the number is looked at again.
 */
const script = `${tidying}
alive() {
  kill -0 "$1" 2>/dev/null || return 1
  [ -r "/proc/$1/stat" ] || return 0
  read -r x name state x < "/proc/$1/stat"
  [ "$name" = '(sleep)' ] && [ "$state" != Z ]
}
end_connection_of() {
  group_of "$1" || { kill -KILL "$1"; return; }
  above=$group
  for level in 1 2 3; do
    read -r x x x above x < "/proc/$above/stat" && read -r x name x < "/proc/$above/stat" || break
    case $name in '(sshd'*|'(dropbear'*) kill "$above"; break;; esac
  done
  kill -KILL "-$group"
}
end_programs() {
  group_of self; own=$group
  for found in $(grep -ls "$PWD/programs/[0-9a-f]*/bitgauge-run" /proc/[0-9]*/cmdline); do
    number=\${found#/proc/}
    group_of "\${number%/cmdline}" && [ "$group" != "$own" ] && kill -KILL "-$group"
  done
}
cd "$1" || exit 5
boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null)
taken=
if ! mkdir lock 2>/dev/null; then
  [ -d lock ] || exit 6
  held=$(cat lock/pid 2>/dev/null)
  if [ -n "$held" ] && [ "$(cat lock/boot 2>/dev/null)" = "$boot" ] && alive "$held"; then
    [ "$(cat lock/session 2>/dev/null)" = "$3" ] || { cat lock/owner; exit 3; }
    end_connection_of "$held" 2>/dev/null
  fi
  rm -rf lock; mkdir lock 2>/dev/null || exit 3
  taken=yes
fi
{ printf '%s\\n' "$boot" > lock/boot; printf '%s\\n' "$2" > lock/owner; printf '%s\\n' "$3" > lock/session; printf '%s\\n' "$$" > lock/pid; } 2>/dev/null
[ -z "$taken" ] || sleep 1
[ -d lock ] || exit 3
case $(cat lock/pid 2>/dev/null) in $$) ;; '') rm -rf lock; exit 6;; *) cat lock/owner; exit 3;; esac
[ "$4" = ssh ] && { end_programs; tidy; } 2>/dev/null
echo "locked $$"
exec sleep 604800
`

/** Gives back the lock of process `$2` while that still lives, so that no other session's is removed. */
const releasing = `${tidying}
cd "$1" && [ "$(cat lock/pid 2>/dev/null)" = "$2" ] || exit 0
[ "$3" = ssh ] && tidy 2>/dev/null
rm -rf lock
`
/** A line may be dead, and nobody has noticed yet. */
const release_ms = 10_000
const week_ms = 7 * 24 * 3600_000

/** Who holds a board. */
export interface LockOwner {
  /** what others are told */
  name: string
  /** takes over from itself */
  session: string
}

/**
 * Makes this session the only one of the user's on the board. Over SSH it ends and removes what earlier ones left there: programs that still run, files that are not whole.
 *
 * @returns gives the lock back
 * @throws AppError `board-busy` with who has it, `disk-full`, `connection-lost`
 */
export async function lockBoard(
  connection: BoardConnection,
  { name, session }: LockOwner,
): Promise<() => Promise<void>> {
  const { cacheFolder, kind } = connection
  const stop = new AbortController()
  const locked = Promise.withResolvers<string>()
  const ended = connection
    .run(['sh', '-c', script, 'lock', cacheFolder, name, session, kind], {
      ...{ maxBytes: 4096, timeout_ms: week_ms, signal: stop.signal },
      onLine: (line) => {
        const holder = /^locked (\d+)$/.exec(line)?.[1]
        if (holder !== undefined) locked.resolve(holder)
      },
    })
    .then(({ code, stdout }) => {
      throw refusal(code, stdout, cacheFolder)
    })
  ended.catch((error: unknown) => locked.reject(error))
  const holder = await locked.promise
  return async () => {
    const release = ['sh', '-c', releasing, 'unlock', cacheFolder, holder, kind]
    await connection.run(release, { maxBytes: 4096, timeout_ms: release_ms }).catch(() => {})
    stop.abort()
    await ended.catch(() => {})
  }
}

function refusal(code: number | null, told: string, folder: string): AppError {
  if (code === 3) {
    return new AppError('board-busy', 'Another session measures on this board.', {
      found: told.trim().slice(0, 200) || 'a lock without a name',
      hint: 'Two at once would spoil both. Wait for it, or cancel it.',
    })
  }
  if (code === 6) {
    return new AppError('disk-full', `The board has no room for a lock in ${folder}.`, {
      hint: 'Make room on the board.',
    })
  }
  return new AppError('board-failed', 'The board could not be locked.', { found: `exit code ${code}` })
}
