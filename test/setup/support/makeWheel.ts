import { execFileSync } from 'node:child_process'

export interface WheelEntry {
  name: string
  content: Buffer
  /** a symbolic link whose target is the content */
  link?: boolean
  /** a file that can be run */
  program?: boolean
}

/** Written by Python's own zipfile, which also writes names that no wheel should have. */
const program = `
import base64, json, sys, zipfile
spec = json.load(sys.stdin)
with zipfile.ZipFile(spec["file"], "w", zipfile.ZIP_DEFLATED) as archive:
    for entry in spec["entries"]:
        info = zipfile.ZipInfo(entry["name"], (2026, 1, 1, 0, 0, 0))
        info.external_attr = entry["mode"] << 16
        info.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(info, base64.b64decode(entry["content"]))
`

export function makeWheel(file: string, entries: readonly WheelEntry[]): void {
  const spec = entries.map(({ name, content, link, program: isProgram }) => ({
    name,
    content: content.toString('base64'),
    mode: link === true ? 0o120777 : isProgram === true ? 0o100755 : 0o100644,
  }))
  execFileSync('python3', ['-W', 'ignore', '-c', program], { input: JSON.stringify({ file, entries: spec }) })
}
