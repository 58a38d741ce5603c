import { describe, expect, it } from 'vitest'
import { summarize } from '../../build/tasks/summary.ts'

const file = (name: string, ...states: string[]) => ({
  name,
  status: states.includes('failed') ? 'failed' : 'passed',
  assertionResults: states.map((status) => ({ status, fullName: status })),
})

describe('the closing line of the tests', () => {
  it('sums over all files', () => {
    const report = {
      testResults: [file('test/a.test.ts', 'passed', 'passed'), file('test/b.test.ts', 'passed', 'skipped')],
    }
    expect(summarize(report, [])).toMatchObject({ line: '3 passed, 0 failed, 1 skipped', complaints: [] })
  })

  it('counts a file that broke outside its tests as a failure', () => {
    const report = { testResults: [file('test/a.test.ts', 'passed'), { ...file('test/b.test.ts'), status: 'failed' }] }
    expect(summarize(report, [])).toMatchObject({ line: '1 passed, 1 failed, 0 skipped', complaints: ['1 failed.'] })
  })

  it('names the reason of what was skipped, once', () => {
    const skipped = ['a', 'b'].map((name) => ({
      status: 'skipped',
      fullName: `pages (skipped: no Chromium here) ${name}`,
    }))
    const report = { testResults: [{ name: 'test/a.test.ts', status: 'passed', assertionResults: skipped }] }
    expect(summarize(report, []).reasons).toEqual(['no Chromium here'])
  })

  it('complains when nothing passed', () => {
    expect(summarize({ testResults: [] }, []).complaints).toEqual(['No test passed.'])
  })

  it('complains when a suite that must run is missing or was skipped in part', () => {
    const report = { testResults: [file('test/e2e/a.test.ts', 'passed', 'skipped'), file('test/a.test.ts', 'passed')] }
    expect(summarize(report, ['test/e2e/', 'test/store/']).complaints).toEqual([
      'test/e2e/a.test.ts skipped 1: a suite that must run was skipped.',
      'The suite test/store/ did not run.',
    ])
  })
})
