import { createReadStream, readFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** What the index does with a request for the wheel. */
export type Behaviour = 'whole' | 'cut' | 'wrong' | 'half' | 'refuse' | 'slow'

export interface PackageIndex {
  /** environment in which pip knows this index and no other */
  environment: NodeJS.ProcessEnv
  behaviour: Behaviour
  /** how often the wheel was asked for */
  downloads: number
  /** called when the first half of the wheel is on its way */
  onHalf: () => void
  close: () => Promise<void>
}

/** A package index (PEP 503) with one package on a loopback port. */
export async function servePackageIndex(name: string, wheel: string): Promise<PackageIndex> {
  const server = createServer((request, response) => {
    if (request.url === `/simple/${name}/`) {
      response.setHeader('content-type', 'text/html')
      response.end(`<!DOCTYPE html><a href="/files/${basename(wheel)}">${basename(wheel)}</a>`)
    } else if (request.url === `/files/${basename(wheel)}`) {
      index.downloads++
      void send(index, wheel, response)
    } else {
      response.statusCode = 404
      response.end()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const index: PackageIndex = {
    environment: pipEnvironment(`http://127.0.0.1:${port}/simple`),
    behaviour: 'whole',
    downloads: 0,
    onHalf: () => {},
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return index
}

async function send(index: PackageIndex, wheel: string, response: ServerResponse): Promise<void> {
  const content = readFileSync(wheel)
  const half = Math.floor(content.length / 2)
  if (index.behaviour === 'refuse') return void response.writeHead(503).end()
  response.setHeader('content-length', content.length)
  if (index.behaviour === 'whole') return void createReadStream(wheel).pipe(response)
  if (index.behaviour === 'wrong') content.fill(0, half, half + 1000)
  response.write(content.subarray(0, half))
  index.onHalf()
  if (index.behaviour === 'half') return
  await sleep(1000)
  if (index.behaviour === 'cut') return void response.destroy()
  // Everything but the last byte, and time for whoever looks at the file's size.
  response.write(content.subarray(half, -1))
  await sleep(500)
  response.end(content.subarray(-1))
}

function pipEnvironment(url: string): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^PIP_|_proxy$|^BITGAUGE_/i.test(name))
  return {
    ...Object.fromEntries(inherited),
    PIP_INDEX_URL: url,
    PIP_CONFIG_FILE: '/dev/null',
    PIP_RETRIES: '0',
    PIP_DEFAULT_TIMEOUT: '60',
  }
}
