import type { ProfileEntry } from '../../shared/contract/profile.ts'
import { plainText } from '../../shared/charts/shownName.ts'
import type { DataTable } from './dataTable.ts'
import type { TextTable } from './textTable.ts'

const percentiles = ['p50', 'p90', 'p95', 'p99'] as const
const spread = percentiles.flatMap((name) => [`${name}_us`, `${name}_low_us`, `${name}_high_us`])

/** One line a profile, with every figure; `emulated` is 1 where the processor was imitated. */
export function profilesTable(profiles: readonly ProfileEntry[]): DataTable {
  return {
    name: 'profiles',
    columns: [
      ...[
        'profile',
        'session',
        'board',
        'emulated',
        'quick',
        'model',
        'model_fingerprint',
        'float_model',
        'family',
        'bits',
      ],
      ...['dataset', 'kernels', 'core', 'samples', 'median_us', 'window_low_us', 'window_high_us', ...spread],
      ...[
        'level',
        'method',
        'throughput_batch',
        'texts_per_s',
        'peak_bytes',
        'net_bytes',
        'model_bytes',
        'program_bytes',
      ],
      ...['energy_uj', 'accuracy', 'accuracy_low', 'accuracy_high', 'n', 'exactness', 'differ', 'broken', 'warnings'],
    ],
    rows: profiles.map(rowOf),
  }
}

function rowOf(profile: ProfileEntry): DataTable['rows'][number] {
  const { latency, throughput, memory, sizes, energy, accuracy, equality } = profile
  const { level, method } = latency.percentiles.p50.interval
  return [
    ...[profile.id, profile.session, profile.board.name, Number(profile.emulated), Number(profile.quick)],
    ...[profile.model.name, profile.model.fingerprint, profile.float.name, profile.family, profile.bits.label],
    ...[profile.dataset.name, profile.kernels, profile.core, latency.samples, latency.median_us],
    ...[latency.windows_us.low, latency.windows_us.high],
    ...percentiles.flatMap((name) => {
      const { value_us, interval } = latency.percentiles[name]
      return [value_us, interval.low, interval.high]
    }),
    ...[level, method, throughput?.batch ?? null, throughput?.texts_per_s ?? null],
    ...[memory.peak_bytes, memory.net_bytes, sizes.model_bytes, sizes.program_bytes],
    energy.known ? energy.per_inference_uj : null,
    ...[accuracy?.value ?? null, accuracy?.interval.low ?? null, accuracy?.interval.high ?? null, accuracy?.n ?? null],
    ...[equality?.class ?? null, equality?.differ ?? null, equality?.broken ?? null],
    [...new Set(profile.warnings.map(({ code }) => code))].sort().join(' '),
  ]
}

/** The figures that a paper shows, a row a profile. */
export function profilesTextTable(profiles: readonly ProfileEntry[]): TextTable {
  return {
    name: 'profiles',
    title: 'Quantized models on boards',
    caption: [
      'Latency at batch 1: the median of the windows’ medians, p99 of all samples with its 95 % interval, in microseconds. Sizes in kilobytes.',
    ],
    stub: ['board', 'model', 'bits'],
    head: ['median', 'p99', 'texts/s', 'memory', 'model', 'energy', 'accuracy'],
    rows: profiles.map((profile) => ({
      stub: [boardText(profile), profile.model.name, profile.bits.label],
      cells: cellsOf(profile),
    })),
    notes: notesOf(profiles),
  }
}

function cellsOf(profile: ProfileEntry): TextTable['rows'][number]['cells'] {
  const { latency, throughput, memory, sizes, energy, accuracy, equality } = profile
  const doubt = latency.windows_us.high > 1.05 * latency.windows_us.low || (equality?.broken ?? 0) > 0
  const { p99 } = latency.percentiles
  const none = { text: 'not measured', absent: true }
  return [
    {
      text: number(latency.median_us),
      second: `${number(latency.windows_us.low)} to ${number(latency.windows_us.high)}`,
      doubt,
    },
    {
      text: number(p99.value_us),
      second: `${number(p99.interval.low)} to ${number(p99.interval.high)}`,
      doubt: p99.moved,
    },
    throughput === null ? none : { text: number(throughput.texts_per_s) },
    memory.net_bytes === null ? none : { text: number(memory.net_bytes / 1000) },
    { text: number(sizes.model_bytes / 1000) },
    energy.known ? { text: `${number(energy.per_inference_uj)} µJ` } : { text: energy.reason, absent: true },
    accuracy === null
      ? none
      : {
          text: percent(accuracy.value),
          second: `${percent(accuracy.interval.low)} to ${percent(accuracy.interval.high)}`,
        },
  ]
}

function notesOf(profiles: readonly ProfileEntry[]): string[] {
  const messages = profiles.flatMap(({ warnings }) => warnings.map(({ subject, message }) => `${subject}: ${message}`))
  return [
    ...(profiles.some(({ emulated }) => emulated)
      ? ['Emulated: measured on an imitated processor; its times are no board’s.']
      : []),
    ...new Set(messages),
  ]
}

function boardText({ board, emulated, quick }: ProfileEntry): string {
  return [board.name, emulated ? 'emulated' : null, quick ? 'quick' : null].filter((word) => word !== null).join(', ')
}

/** What made an export of profiles, a fact a line. */
export function profileProvenance(profiles: readonly ProfileEntry[], version: string): string[] {
  const each = (of: (profile: ProfileEntry) => string): string => [...new Set(profiles.map(of))].sort().join(' ')
  return [
    `boards ${each(({ board, emulated }) => `${board.name}${emulated ? ' (emulated)' : ''}`)}`,
    `sessions ${each(({ session }) => session)}`,
    `models ${each(({ model }) => model.fingerprint)}`,
    `data ${each(({ dataset }) => `${dataset.name}, ${dataset.fingerprint}`)}`,
    `made by bitgauge ${version}`,
  ].map(plainText)
}

function number(value: number): string {
  return value >= 1000 ? value.toFixed(0) : value.toPrecision(4)
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`
}
