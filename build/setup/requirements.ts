import { AppError } from '../../src/shared/errors.ts'
import { findSpace } from './diskSpace.ts'
import { findCompiler, findPip, findPython, type Missing, type Trial } from './tools.ts'

export interface RequirementOptions extends Trial {
  /** the `BITGAUGE_PYTHON` of the user */
  python: string | undefined
  /** false where all wheels are there already */
  needsPip: boolean
  /** folder and bytes that must be free in it */
  folder: string
  bytes: number
}

export interface FoundTools {
  python: string
  compiler: string
}

/**
 * Tries everything that set-up needs before anything is downloaded, and names all that is missing at once.
 * @throws AppError `python-missing`, `pip-missing`, `compiler-missing`, `disk-full`: the first of them, its text names all
 */
export async function checkRequirements(options: RequirementOptions): Promise<FoundTools> {
  const python = await findPython(options, options.python)
  const pip = options.needsPip && typeof python === 'string' ? await findPip(options, python) : undefined
  const compiler = await findCompiler(options)
  const space = await findSpace(options.folder, options.bytes)
  if (typeof python === 'string' && typeof compiler === 'string' && pip === undefined && space === undefined) {
    return { python, compiler }
  }
  const missing = [python, pip, compiler, space].filter((entry) => typeof entry === 'object')
  throw requirementError(missing, options.needsPip)
}

function requirementError(missing: readonly Missing[], needsPip: boolean): AppError {
  const [first] = missing
  return new AppError(first?.code ?? 'internal', 'Set-up cannot begin on this machine.', {
    expected: missing.map((entry) => entry.need).join('; '),
    found: missing.map((entry) => entry.found).join('; '),
    hint: hint(missing, needsPip),
  })
}

function hint(missing: readonly Missing[], needsPip: boolean): string {
  const packages = missing.flatMap((entry) => entry.packages)
  // Who has no Python has no pip either.
  if (needsPip && packages.includes('python3')) packages.splice(packages.indexOf('python3') + 1, 0, 'python3-pip')
  const sentences: string[] = []
  if (packages.length > 0) sentences.push(`Install what is missing, on Debian: apt install ${packages.join(' ')}.`)
  if (missing.some((entry) => entry.code === 'disk-full')) {
    sentences.push('Free some space, or name another folder in BITGAUGE_CACHE.')
  }
  return sentences.join(' ')
}
