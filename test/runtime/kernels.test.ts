import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { compileProgram, strictFlags } from '../../build/runtime/compile.ts'

/** Without those that see nothing beside address's own and take half a minute of the straight code's compilation. */
const sanitizers = [
  ...['-O1', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'],
  '-fno-sanitize=pointer-overflow,null,alignment,object-size',
]

/** Of the runtime's library, the kernels: nothing here calls the rest. */
const isOfKernels = (name: string): boolean => /^(kernels|kernels_.*|product_.*|tiles_.*)\.c$/.test(name)

let plain = ''
let sanitized = ''
beforeAll(async () => {
  const source = ['test/runtime/programs/kernels_check.c']
  ;[plain, sanitized] = await Promise.all([
    compileProgram(source, { flags: strictFlags, library: isOfKernels }),
    compileProgram(source, { flags: sanitizers, library: isOfKernels }),
  ])
}, 600_000)

interface Count {
  kernels: string
  function: string
  compared: number
  different: number
}

/** What the program compared, and its complaints where something differs. */
async function compare(program: string, rounds: number, seed: number): Promise<{ counts: Count[]; rest: string[] }> {
  const run = await promisify(execFile)(program, [String(rounds), String(seed)]).catch(
    (error: { stdout: string; stderr: string }) => error,
  )
  const counts: Count[] = []
  const rest: string[] = []
  for (const line of `${run.stdout}${run.stderr}`.split('\n').filter((text) => text !== '')) {
    const found = /^(\S+) (.+): (\d+) compared, (\d+) different$/.exec(line)
    if (found === null) rest.push(line)
    else
      counts.push({
        kernels: found[1]!,
        function: found[2]!,
        compared: Number(found[3]),
        different: Number(found[4]),
      })
  }
  return { counts, rest }
}

const functions = [
  ...['product', 'product_f32 alone', 'product_f32 near', 'scale', 'preactivation', 'multiply', 'add', 'flush'],
  ...['sigmoid', 'tanh', 'range', 'quantize bytes', 'quantize integers', 'quantize values', 'static_step hidden'],
  ...['static_step cell', 'static_step sums', 'static_step padding', 'largest', 'exp_shares', 'lane_sum', 'class_sums'],
  ...['shifted_scale', 'float_step hidden', 'float_step cell', 'float_step ranges'],
  'class_sums_of_steps',
  'class_lanes',
]

/** What a set of kernels may do without. */
const optional = ['scaled_product', 'times', 'times_integer', 'static_run hidden', 'static_run cell', 'static_run sums']

describe('kernels of every set that this machine runs', () => {
  it.each([1, 2])(
    'give the words of the scalar ones: all widths, rules and odd sizes, zeros, ties, subnormal numbers, the ends of scales (%i)',
    async (seed) => {
      const { counts, rest } = await compare(plain, 150, seed)
      expect(rest).toEqual([])
      for (const kernels of new Set(counts.map((count) => count.kernels))) {
        const own = counts.filter((count) => count.kernels === kernels)
        const names = own.map((count) => count.function)
        expect(names.filter((name) => !optional.includes(name)).sort()).toEqual([...functions].sort())
        for (const count of own) expect(count).toMatchObject({ different: 0 })
        for (const count of own) expect(count.compared).toBeGreaterThan(0)
      }
      if (counts.length === 0) console.info('this machine runs no kernels but the scalar ones: nothing was compared')
    },
    60_000,
  )

  it('read and write nothing beside their buffers, and do nothing undefined', async () => {
    const { counts, rest } = await compare(sanitized, 15, 3)
    expect(rest).toEqual([])
    expect(counts.filter((count) => count.different > 0)).toEqual([])
  }, 60_000)
})
