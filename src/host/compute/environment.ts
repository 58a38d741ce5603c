/** What the compute process may know of the environment that the program was started in. */
const passedOn = new Set([
  ...['PATH', 'HOME', 'LANG', 'LANGUAGE', 'TMPDIR', 'TZ'],
  ...['CUDA_VISIBLE_DEVICES', 'BITGAUGE_KERNELS'],
])
const passedOnWindows = new Set(['SystemRoot', 'TEMP', 'TMP', 'USERPROFILE'])

/**
 * The environment of a compute process, built from nothing: neither NODE_OPTIONS nor LD_PRELOAD nor a secret in a variable gets in.
 * `BITGAUGE_THREADS` limits the threads of the mathematics. TensorFloat-32 is off, because its products are not exact (numerics.md
 * section 4); graphics memory is taken as it is needed, because other programs use the device too.
 *
 * @param tensorflow path of the TensorFlow addon; null where it is not set up
 * @param runtime    path of the runtime's addon; null where it is not set up
 */
export function computeEnvironment(
  source: NodeJS.ProcessEnv,
  tensorflow: string | null,
  runtime: string | null = null,
): Record<string, string> {
  return {
    ...childEnvironment(source),
    ...threads(source['BITGAUGE_THREADS']),
    ...(tensorflow === null ? {} : { BITGAUGE_TENSORFLOW_ADDON: tensorflow }),
    ...(runtime === null ? {} : { BITGAUGE_RUNTIME_ADDON: runtime }),
    TF_CPP_MIN_LOG_LEVEL: '1',
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    NVIDIA_TF32_OVERRIDE: '0',
  }
}

/** What every process that Bitgauge starts on this machine knows of the environment. */
export function childEnvironment(source: NodeJS.ProcessEnv): Record<string, string> {
  const picked: Record<string, string> = {}
  for (const [name, value] of Object.entries(source)) {
    if (value !== undefined && isPassedOn(name)) picked[name] = value
  }
  return picked
}

function isPassedOn(name: string): boolean {
  if (process.platform === 'win32' && passedOnWindows.has(name)) return true
  return passedOn.has(name) || /^LC_[A-Z]+$/.test(name)
}

function threads(count: string | undefined): Record<string, string> {
  return count === undefined || !/^[1-9]\d{0,3}$/.test(count) ? {} : threadVariables(Number(count))
}

/** What makes the mathematics of a process use so many threads: 1 or more. */
export function threadVariables(count: number): Record<string, string> {
  const text = String(count)
  return { OMP_NUM_THREADS: text, TF_NUM_INTRAOP_THREADS: text, TF_NUM_INTEROP_THREADS: text }
}
