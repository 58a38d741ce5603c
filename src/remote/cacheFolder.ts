import { AppError } from '../shared/errors.ts'
import type { CommandLine } from './channel.ts'
import { runShell } from './shell.ts'

/**
 * `$1` is the folder; empty: the one below the user's cache folder, which goes with it where it was not there before. What an upload left that was cut off more than a day ago is removed. The word `found`
 * keeps apart what the folder is from what a program there may print.
 */
const preparing = `
folder=$1 alone=
[ -n "$folder" ] || folder=\${XDG_CACHE_HOME:-\${HOME:-/nonexistent}/.cache}/bitgauge-board
case $folder in /*) ;; *) echo "not absolute: $folder" >&2; exit 5;; esac
if [ -L "$folder" ]; then echo "$folder" >&2; exit 3; fi
[ -d "\${folder%/*}" ] || alone=yes
mkdir -p -m 700 "$folder" || exit 5
cd "$folder" && way=$(pwd -P) || exit 5
set -- $(ls -ldn .)
[ "$3" = "$(id -u)" ] || { echo "$way" >&2; exit 4; }
chmod 700 . || exit 5
[ -z "$alone" ] || : > .made-the-folder-above
find . -name '*.part-*' -mtime +0 -exec rm -f {} \\; >/dev/null 2>&1
echo "found $way"
`

/**
 * The folder of ours on the board, made where it is missing, closed to others.
 *
 * @throws AppError `conflict` (a link), `forbidden` (another's), `permission-denied`
 */
export async function prepareCacheFolder(line: CommandLine, folder: string | null): Promise<string> {
  const { code, stdout, stderr } = await runShell(line, preparing, [folder ?? ''])
  const found = /^found (\/.*)$/m.exec(stdout)?.[1]
  if (code === 0 && found !== undefined && found !== '/') return found
  const said = stderr.trim().slice(0, 500)
  if (code === 3) {
    throw new AppError('conflict', 'The folder of Bitgauge on the board is a link, and is not used.', {
      found: said,
      hint: 'Remove the link on the board, or name another folder.',
    })
  }
  if (code === 4) {
    throw new AppError('forbidden', 'The folder of Bitgauge on the board belongs to another user, and is not used.', {
      found: said,
      hint: 'Name another folder, or log in as its owner.',
    })
  }
  throw new AppError('permission-denied', 'The board gives Bitgauge no folder of its own.', {
    found: said === '' ? `a shell that ended with ${code ?? 'a signal'}` : said,
    hint: 'Name a folder that the user may write into.',
  })
}
