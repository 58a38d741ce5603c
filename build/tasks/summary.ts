import { isAbsolute, relative } from 'node:path'
import { root } from './run.ts'

/** The part of vitest's JSON report that we read. */
export interface VitestReport {
  testResults: {
    name: string
    status: string
    message?: string
    assertionResults: { status: string; fullName: string }[]
  }[]
}

export interface Summary {
  /** `N passed, N failed, N skipped` */
  line: string
  /** why the run does not count as passed, one sentence each */
  complaints: string[]
  /** why tests were skipped, each reason once */
  reasons: string[]
}

/**
 * Sums a report over all files. A file that failed outside its tests (a syntax error, a failing hook) counts as one failure.
 *
 * @param required prefixes of paths; under each at least one test must have passed and none may have been skipped
 */
export function summarize(report: VitestReport, required: readonly string[]): Summary {
  const files = report.testResults.map((file) => ({
    path: isAbsolute(file.name) ? relative(root, file.name) : file.name,
    passed: count(file, ['passed']),
    failed: Math.max(count(file, ['failed']), file.status === 'failed' ? 1 : 0),
    skipped: count(file, ['skipped', 'pending', 'todo', 'disabled']),
  }))
  const sum = (key: 'passed' | 'failed' | 'skipped'): number => files.reduce((total, file) => total + file[key], 0)
  const complaints = sum('passed') === 0 ? ['No test passed.'] : []
  if (sum('failed') > 0) complaints.push(`${sum('failed')} failed.`)
  for (const prefix of required) {
    const suite = files.filter((file) => file.path.startsWith(prefix))
    if (!suite.some((file) => file.passed > 0)) complaints.push(`The suite ${prefix} did not run.`)
    for (const file of suite.filter((one) => one.skipped > 0)) {
      complaints.push(`${file.path} skipped ${file.skipped}: a suite that must run was skipped.`)
    }
  }
  const reasons = new Set(report.testResults.flatMap((file) => file.assertionResults.flatMap(skipReason)))
  return {
    reasons: [...reasons],
    line: `${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`,
    complaints,
  }
}

/** A suite that is skipped says why in its name: `(skipped: no Chromium …)`. */
function skipReason({ status, fullName }: { status: string; fullName: string }): string[] {
  if (status === 'passed' || status === 'failed') return []
  return [/\(skipped: (.*?)\)/.exec(fullName)?.[1] ?? fullName]
}

function count(file: VitestReport['testResults'][number], states: readonly string[]): number {
  return file.assertionResults.filter((test) => states.includes(test.status)).length
}
