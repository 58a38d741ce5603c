import { readFile, realpath } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import { isPageAddress } from './pageAddress.ts'
import { pageHeaders } from './pageHeaders.ts'

/** The kinds of file that a page is made of; any other is not served. */
const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
}

/** Answers requests for the page's own files: those that lie below the folder once links are resolved, of the kinds above. */
export function pageHandler(folder: string): (request: Request) => Promise<Response> {
  return async (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405)
    if (!isPageAddress(request.url)) return refuse(404)
    const file = await fileOf(folder, new URL(request.url).pathname)
    const type = file === null ? undefined : contentTypes[extname(file)]
    if (file === null || type === undefined) return refuse(404)
    const body = request.method === 'HEAD' ? null : new Uint8Array(await readFile(file))
    return new Response(body, { headers: { ...pageHeaders, 'content-type': type } })
  }
}

async function fileOf(folder: string, pathname: string): Promise<string | null> {
  try {
    const root = await realpath(folder)
    const file = await realpath(join(root, decodeURIComponent(pathname)))
    return file.startsWith(root + sep) ? file : null
  } catch {
    return null
  }
}

function refuse(status: 404 | 405): Response {
  return new Response(null, { status, headers: pageHeaders })
}
