import type { LocatedRuntime, LocatedTensorflow } from '../../../build/setup/index.ts'
import type { StoreCheck } from '../../shared/contract/store.ts'
import type { Check, KernelCheck, RuntimeTest, SelfTest } from '../../shared/contract/system.ts'
import { describeError, type ErrorRecord } from '../../shared/errors.ts'
import { nextStep, stepInTerminal, type NextStep } from '../../shared/nextSteps.ts'
import type { Machine } from '../machine/describeMachine.ts'
import type { Tool } from '../machine/findTools.ts'

/** The kernels are written for AVX2 and for NEON; TensorFlow's wheel needs AVX at least. */
export function cpuCheck(machine: Machine): Check {
  const wanted = machine.arch === 'x64' ? 'avx2' : 'asimd'
  const found = `${machine.cpu}, ${machine.logicalCores} logical cores, ${machine.features.join(' ') || 'no known extensions'}`
  const status = machine.features.includes(wanted) ? 'pass' : 'warn'
  return { id: 'cpu', title: 'Processor', status, found, expected: wanted }
}

/** Tools are needed by set-up alone: once the library is there, one that is missing is no fault. */
export function toolChecks(tools: readonly Tool[], library: 'ready' | 'missing' | 'damaged'): Check[] {
  return tools.map((tool) => {
    const base = { id: `tool-${tool.name === 'c++' ? 'cxx' : tool.name}`, title: toolTitles[tool.name] }
    if (tool.version !== null) return { ...base, status: 'pass', found: `${tool.version} (${tool.path ?? ''})` }
    if (library === 'ready')
      return { ...base, status: 'skipped', found: 'not found; set-up is done and no longer needs it' }
    return { ...base, status: 'fail', found: 'not found on PATH', hint: toolHints[tool.name] }
  })
}

const toolTitles = { python: 'Python', pip: 'pip', make: 'make', 'c++': 'C++ compiler' } as const
const toolHints = {
  python: 'Install Python 3.8 or later (Debian: `apt install python3`).',
  pip: 'Install pip (Debian: `apt install python3-pip`).',
  make: 'Install make (Debian: `apt install build-essential`).',
  'c++': 'Install a C++ compiler (Debian: `apt install build-essential`).',
} as const

/** `problems` is null where the content was not hashed: sizes and times are then what is known. */
export function libraryCheck(located: LocatedTensorflow, problems: readonly string[] | null): Check {
  const base = { id: 'tensorflow-library', title: 'TensorFlow library' }
  const command = located.variant === 'cuda' ? 'bitgauge setup --cuda' : 'bitgauge setup'
  const fault = located.problem ?? problems?.[0]
  if (fault !== undefined) return { ...base, status: 'fail', found: fault, hint: `Run \`${command}\`.` }
  const checked = problems === null ? 'sizes and times checked' : 'every file hashed'
  return {
    ...base,
    status: 'pass',
    found: `${located.version} (${located.variant}) in ${located.directory}; ${checked}`,
  }
}

/** `error` is null where nothing was tried, because the library is not there. */
export function loadCheck(
  state: 'ready' | 'missing' | 'damaged',
  selfTest: SelfTest | null,
  error: ErrorRecord | null,
): Check {
  const base = { id: 'tensorflow-load', title: 'TensorFlow loads' }
  if (selfTest !== null) {
    const devices = selfTest.devices.map((device) => device.name).join(', ')
    return {
      ...base,
      status: 'pass',
      found: `TensorFlow ${selfTest.tensorflow} on ${devices}`,
      duration_s: selfTest.load_s,
    }
  }
  if (error === null) return { ...base, status: 'skipped', found: `the library is ${state}` }
  return {
    ...base,
    status: 'fail',
    found: describeError({ code: error.code, message: error.message }),
    ...adviceOf(error),
  }
}

/** What to do, as a check says it. */
function adviceOf({ hint, next }: Pick<ErrorRecord, 'hint' | 'next'>): Pick<Check, 'hint' | 'next'> {
  return { ...(hint === undefined ? {} : { hint }), ...(next === undefined ? {} : { next }) }
}

function adviceTo(next: NextStep): Pick<Check, 'hint' | 'next'> {
  return adviceOf({ hint: stepInTerminal(next), next })
}

/** With `--cuda` a graphics device must be found and used. */
export function deviceCheck(selfTest: SelfTest): Check {
  const devices = selfTest.devices.filter((device) => device.kind === 'gpu').map((device) => device.name)
  const base = { id: 'cuda-device', title: 'Graphics device', expected: 'a CUDA device that TensorFlow uses' }
  if (devices.length > 0) return { ...base, status: 'pass', found: devices.join(', ') }
  return {
    ...base,
    status: 'fail',
    found: 'none',
    hint: 'Check that `nvidia-smi` lists a device and that CUDA_VISIBLE_DEVICES names it.',
  }
}

/** One check an operation; each says how far it was off and from what. */
export function kernelChecks(selfTest: SelfTest | null): Check[] {
  return (selfTest?.kernels ?? []).map((kernel) => ({
    id: `kernel-${slug(kernel.op)}-${slug(kernel.device)}`,
    title: `${kernel.op} on ${kernel.device}`,
    status: kernel.ok ? 'pass' : 'fail',
    found: kernelFound(kernel),
    expected:
      kernel.tolerance === 0 ? kernel.oracle : `${kernel.oracle}, at most ${kernel.tolerance.toPrecision(2)} away`,
    duration_s: kernel.duration_s,
    ...(kernel.ok ? {} : adviceTo(nextStep('set-up-untrusted'))),
  }))
}

/** `error` is null where nothing went wrong, or nothing was tried. */
export function runtimeCheck(
  located: LocatedRuntime,
  { test, error }: { test: RuntimeTest | null; error: ErrorRecord | null },
): Check {
  const base = { id: 'runtime', title: 'Runtime of quantized models' }
  const advice = adviceTo(nextStep('set-up-runtime'))
  if (located.problem !== undefined) return { ...base, status: 'fail', found: located.problem, ...advice }
  if (error !== null) return { ...base, status: 'fail', found: describeError(error), ...advice }
  const chosen = test === null ? '' : `, ${test.chosen} kernels`
  return { ...base, status: 'pass', found: `${located.version}${chosen}, built by ${located.compiler ?? ''}` }
}

/** One check a set of kernels that this machine can run. */
export function runtimeTestChecks(test: RuntimeTest | null): Check[] {
  return (test?.checks ?? []).map(({ kernels, ok, values, different, duration_s }) => ({
    id: `runtime-${slug(kernels)}`,
    title: `Runtime, ${kernels} kernels`,
    status: ok ? 'pass' : 'fail',
    found: ok ? `${values} numbers exact` : `${different} of ${values} numbers are others`,
    expected: 'the numbers of the reference, bit for bit',
    duration_s,
    ...(ok
      ? {}
      : {
          hint: 'Numbers from this machine cannot be trusted. Set BITGAUGE_KERNELS to kernels that are right, and report it.',
        }),
  }))
}

function kernelFound(kernel: KernelCheck): string {
  if (kernel.max_error === null) return 'a value that is not finite'
  return kernel.max_error === 0 ? 'exact' : `${kernel.max_error.toPrecision(2)} away`
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
}

export function storeCheck(store: StoreCheck): Check {
  const base = { id: 'store', title: 'Store' }
  if (store.ok)
    return { ...base, status: 'pass', found: `${store.jobs} jobs, ${store.runs} runs, schema ${store.schemaVersion}` }
  const found = store.problems.slice(0, 3).join(' ') || 'a problem without a name'
  // A store that could not be opened at all says what to do by itself.
  const opened = store.schemaVersion > 0
  const hint = 'Copy the folder of the store aside, then put the newest file of its `backups` folder in its place.'
  return { ...base, status: 'fail', found, ...(opened ? { hint } : {}) }
}
