import { execFileSync } from 'node:child_process'
import multicastDns, { type MulticastDNS } from 'multicast-dns'
import { afterEach, describe, expect, it } from 'vitest'
import { discoverBoards } from '../../src/remote/index.ts'

const here = '127.0.0.1'
let responder: MulticastDNS | undefined

afterEach(async () => {
  await new Promise<void>((resolve) => (responder === undefined ? resolve() : responder.destroy(() => resolve())))
  responder = undefined
})

interface Told {
  service: string
  instance: string
  host: string
  port: number
  /** the records that a query for the service does not get at once */
  later?: boolean
}

function respond(all: Told[]): void {
  const line = multicastDns({ interface: here, bind: '0.0.0.0' } as Parameters<typeof multicastDns>[0])
  responder = line
  line.on('query', ({ questions = [] }) => {
    for (const { service, instance, host, port, later = false } of all) {
      const srv = { name: instance, type: 'SRV' as const, data: { target: host, port } }
      const address = { name: host, type: 'A' as const, data: '192.0.2.7' }
      const asked = (name: string) => questions.some((question) => question.name === name)
      if (asked(service)) {
        line.respond({
          answers: [{ name: service, type: 'PTR', data: instance }],
          additionals: later ? [] : [srv, address],
        })
      }
      if (later && asked(instance)) line.respond({ answers: [srv], additionals: [address] })
    }
  })
}

describe('discoverBoards', () => {
  it('offers machines that tell of an SSH server, with its port', async () => {
    respond([
      { service: '_ssh._tcp.local', instance: 'Pi in the lab._ssh._tcp.local', host: 'no-such-pi.local', port: 2222 },
      {
        service: '_ssh._tcp.local',
        instance: 'late._ssh._tcp.local',
        host: 'no-such-late.local',
        port: 2022,
        later: true,
      },
    ])
    expect(await discoverBoards({ interfaces: [here], wait_ms: 2000 })).toEqual([
      { name: 'late', host: '192.0.2.7', port: 2022 },
      { name: 'Pi in the lab', host: '192.0.2.7', port: 2222 },
    ])
  })

  it('offers workstations by the port of SSH, and each machine once', async () => {
    const instance = 'imx8 [00:04:9f:00:00:01]._workstation._tcp.local'
    respond([
      { service: '_workstation._tcp.local', instance, host: 'no-such-imx8.local', port: 9 },
      { service: '_ssh._tcp.local', instance: 'imx8._ssh._tcp.local', host: 'no-such-imx8.local', port: 22 },
    ])
    expect(await discoverBoards({ interfaces: [here], wait_ms: 1000 })).toEqual([
      { name: 'imx8', host: '192.0.2.7', port: 22 },
    ])
  })

  it('passes over what is no host, and shows no control characters', async () => {
    respond([
      { service: '_ssh._tcp.local', instance: 'a\u001b[2Jb._ssh._tcp.local', host: 'no-such-a.local', port: 22 },
      { service: '_ssh._tcp.local', instance: 'c._ssh._tcp.local', host: '-oProxyCommand=x', port: 0 },
    ])
    const found = await discoverBoards({ interfaces: [here], wait_ms: 1000 })
    expect(found).toEqual([{ name: 'a [2Jb', host: '192.0.2.7', port: 22 }])
  })

  it('finds nothing where nobody answers or there is no network', async () => {
    expect(await discoverBoards({ interfaces: [here], wait_ms: 200 })).toEqual([])
    expect(await discoverBoards({ interfaces: ['192.0.2.1'], wait_ms: 200 })).toEqual([])
  })

  it.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
    'is silent in a network namespace without a network',
    () => {
      const script = `import { discoverBoards } from './src/remote/index.ts'; console.log(JSON.stringify(await discoverBoards({ wait_ms: 200 })))`
      const node = [process.execPath, '--input-type=module-typescript', '--eval', script]
      expect(execFileSync('unshare', ['-n', ...node], { encoding: 'utf8' })).toBe('[]\n')
    },
  )
})
