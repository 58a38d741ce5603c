import { describe, expect, it } from 'vitest'
import { childEnvironment } from '../../build/setup/childEnvironment.ts'

describe('the environment of pip and the compiler', () => {
  it("has the user's PATH, index, proxy and certificates, and our folder for temporary files", () => {
    const given = {
      PATH: '/bin',
      HOME: '/home/a',
      PIP_INDEX_URL: 'https://index',
      https_proxy: 'http://p',
      LC_ALL: 'C',
    }
    expect(childEnvironment({ ...given, TMPDIR: '/tmp' }, '/staging')).toMatchObject({ ...given, TMPDIR: '/staging' })
  })

  it('has nothing that loads foreign code into a child, and no secret of ours', () => {
    const hostile = [
      'NODE_OPTIONS',
      'LD_PRELOAD',
      'LD_LIBRARY_PATH',
      'PYTHONPATH',
      'PYTHONSTARTUP',
      'npm_config_nodedir',
    ]
    const given = Object.fromEntries([...hostile, 'BITGAUGE_TOKEN', 'SECRET'].map((name) => [name, 'x']))
    const names = Object.keys(childEnvironment(given, '/staging'))
    for (const name of Object.keys(given)) expect(names).not.toContain(name)
  })
})
