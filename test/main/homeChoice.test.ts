import { resolve } from 'node:path'
import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { chooseHome, homeOfArguments, withoutHome } from '../../src/main/homeChoice.ts'

describe('the home of a start', () => {
  it('is the one that an argument names, made absolute', () => {
    expect(homeOfArguments(['bitgauge', '--home', 'here'])).toBe(resolve('here'))
    expect(homeOfArguments(['bitgauge', '--home=/there'])).toBe('/there')
    expect(homeOfArguments(['bitgauge', '--home'])).toBeNull()
    expect(homeOfArguments(['bitgauge', '--home='])).toBeNull()
  })

  it('is else that of the environment, else the last one that is still there, else the usual one', () => {
    const choice = { given: [], environment: {}, recent: ['/gone/for/good', tmpdir()], usual: '/usual' }
    expect(chooseHome({ ...choice, environment: { BITGAUGE_HOME: '/usual' } })).toBe('/usual')
    expect(chooseHome({ ...choice, recent: [tmpdir()] })).toBe(tmpdir())
    expect(chooseHome(choice)).toBe('/usual')
    expect(chooseHome({ ...choice, given: ['--home', '/named'] })).toBe('/named')
  })

  it('is taken out of the arguments before another is put in', () => {
    expect(withoutHome(['.', '--home', '/a', '--home=/b', '--trace'])).toEqual(['.', '--trace'])
  })
})
