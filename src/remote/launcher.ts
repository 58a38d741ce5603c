/**
 * Runs the program `$4 …` on the board and sees to its end. `$1` is a word that is printed before all else, so that what a login
 * script prints can be told from the program's output, and once more with the status; `$2` the bytes of standard input that are the
 * program's; `$3` the seconds after which it is killed.
 *
 * After the bytes for the program, standard input stays open for as long as somebody waits for it: its end, or one more byte, kills
 * the whole process group. That is how a lost connection ends what runs on the board, without a second connection and without the
 * number of a process, which may have passed to another one. The time ends it too where a line is dead and nobody noticed.
 *
 * At the program's end the group is killed as well, this shell with it, so that nothing is left. A milder signal would be lost on a
 * shell that has just forked and still holds the traps of its parent.
 */
const script = `
LC_ALL=C; export LC_ALL; umask 077
word=$1 bytes=$2 seconds=$3; shift 3
echo "$word"; echo "$word" >&2
exec 3<&0 4>&2 </dev/null 2>/dev/null
(sleep "$seconds"; kill -KILL 0) >/dev/null 3<&- 4>&- &
{ [ "$bytes" = 0 ] || head -c "$bytes" <&3; exec >/dev/null; read -r x <&3; kill -KILL 0; } 4>&- |
{ "$@" 2>&4 3<&- 4>&-; echo "$word $?" >&4; kill -KILL 0; }
`

/**
 * Only the leader of a process group of its own may run the script (`$0`), because the group is what is killed. OpenSSH and the local
 * connection start each command as one; elsewhere `setsid` makes it one. Field 5 of the line is the group, see proc_pid_stat(5); QEMU gives
 * its own programs a line of zeros there, and another process the true one.
 */
const boot = `
read -r x x x x group x 2>/dev/null </proc/self/stat
if [ "$group" = 0 ]; then
read -r x x x x group x <<END
$(cat "/proc/$$/stat" 2>/dev/null)
END
fi
if [ "$group" = $$ ]; then eval "$0"; fi
command -v setsid >/dev/null && exec setsid /bin/sh -c "$0" "$0" "$@"
echo "$1"; echo "$1" >&2; echo 'no process group of its own, and no setsid' >&2; exit 126
`

export interface Launch {
  word: string
  stdinBytes: number
  timeout_s: number
}

/** The arguments that start a program under the launcher. */
export function launcherArguments(argv: readonly string[], { word, stdinBytes, timeout_s }: Launch): string[] {
  return ['/bin/sh', '-c', boot, script, word, String(stdinBytes), String(timeout_s), ...argv]
}
