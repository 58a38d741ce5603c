import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { defaultPaths } from '../../src/host/paths.ts'

describe('defaultPaths', () => {
  it('takes the folders that the environment names, made absolute', () => {
    expect(defaultPaths({ BITGAUGE_HOME: 'a/b', BITGAUGE_CACHE: '~/c' })).toEqual({
      home: resolve('a/b'),
      cache: join(homedir(), 'c'),
    })
  })
  it.each([{}, { BITGAUGE_HOME: '', BITGAUGE_CACHE: '' }])(
    "falls back to the platform's folders for %j",
    (environment) => {
      const { home, cache } = defaultPaths(environment)
      expect([isAbsolute(home), isAbsolute(cache)]).toEqual([true, true])
      expect(home).not.toBe(cache)
    },
  )
})
