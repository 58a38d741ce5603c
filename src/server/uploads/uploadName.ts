const longest_bytes = 150

/**
 * A name that is safe in every folder, made from what a browser says the file is called: the last part of a path, no control, direction
 * or reserved characters, no leading dot, at most 150 bytes with its ending kept. `file` where nothing is left.
 */
export function uploadName(claimed: string | null | undefined): string {
  const last = (claimed ?? '').split(/[/\\]/).at(-1) ?? ''
  const plain = last
    .normalize('NFC')
    .replace(/[\p{C}\p{Zl}\p{Zp}<>:"|?*]/gu, '_')
    .replace(/\p{Zs}/gu, ' ')
    .trim()
    .replace(/^[.-]+/, '')
    .replace(/[. ]+$/, '')
  const name = shortened(plain)
  return /[\p{L}\p{N}]/u.test(name) ? name : 'file'
}

function shortened(name: string): string {
  if (Buffer.byteLength(name) <= longest_bytes) return name
  const ending = /(?:\.[A-Za-z0-9]{1,12}){1,2}$/.exec(name)?.[0] ?? ''
  let stem = name.slice(0, name.length - ending.length)
  while (Buffer.byteLength(stem + ending) > longest_bytes) stem = [...stem].slice(0, -1).join('')
  return stem + ending
}
