import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { arch, cpus, tmpdir, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { watchPlan } from '../../src/core/profile/watchPlan.ts'
import { connectLocal, describeBoard, type BoardConnection } from '../../src/remote/index.ts'

let folder: string
let board: BoardConnection

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bitgauge-describe-'))
  board = await connectLocal({ cacheFolder: join(folder, 'cache') })
})
afterAll(async () => {
  await board.close()
  rmSync(folder, { recursive: true })
})

describe('describeBoard', () => {
  it('says of this machine what Node and the system say', async () => {
    const { facts, state } = await describeBoard(board)
    expect(facts.machine).toBe(execFileSync('uname', ['-m'], { encoding: 'utf8' }).trim())
    expect(facts.arch).toBe({ x64: 'x86_64', arm64: 'aarch64' }[arch() as string])
    expect(facts.memory_bytes).toBe(totalmem())
    expect(facts.cores).toBe(cpus().length)
    expect(facts.cpu).toBe(cpus()[0]!.model)
    expect(state.clocks).toHaveLength(facts.cores)
    expect(state.free_bytes).toBeGreaterThan(0)
  })

  it('reads another tree of files: two clusters, a sensor, thermal zones', async () => {
    const root = join(folder, 'root')
    const write = (path: string, text: string) => {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), text)
    }
    const cpu = (k: number) => `sys/devices/system/cpu/cpu${k}`
    write('sys/devices/system/cpu/online', '0-2\n')
    for (const k of [0, 1, 2]) {
      write(`${cpu(k)}/cpu_capacity`, k < 2 ? '446\n' : '1024\n')
      write(`${cpu(k)}/cpufreq/cpuinfo_max_freq`, k < 2 ? '1800000\n' : '2208000')
      write(`${cpu(k)}/cpufreq/scaling_cur_freq`, '1008000\n')
      write(`${cpu(k)}/cpufreq/scaling_governor`, 'schedutil\n')
    }
    write('proc/cpuinfo', 'processor : 0\nmodel name : "quoted" $(touch /tmp/never) \\n\nflags : a b\n')
    write('proc/device-tree/model', 'A board with spaces  and \u001b[31mcolour\0')
    write('sys/class/thermal/thermal_zone0/type', 'soc\n')
    write('sys/class/thermal/thermal_zone0/temp', '-3500\n')
    write('sys/class/hwmon/hwmon3/name', 'ina226')
    write('sys/class/hwmon/hwmon3/power1_input', '1250000\n')
    write('sys/class/powercap/intel-rapl:0/energy_uj', '123\n')
    write('sys/class/powercap/intel-rapl:0/name', 'package-0\n')
    const { facts, state } = await describeBoard(board, { root })
    expect(facts.clusters.map(({ cpus, capacity, max_hz }) => [cpus, capacity, max_hz])).toEqual([
      [[0, 1], 446, 1.8e9],
      [[2], 1024, 2.208e9],
    ])
    expect(facts.model).toBe('A board with spaces  and  [31mcolour')
    expect(facts.cpu).toBe('"quoted" $(touch /tmp/never) \\n')
    expect(facts.power.map(({ kind, name, readable }) => [kind, name, readable])).toEqual([
      ['hwmon', 'ina226', true],
      ['powercap', 'package-0', true],
    ])
    const path = join(root, 'sys/class/thermal/thermal_zone0/temp')
    expect(state.temperatures).toEqual([{ zone: 'soc', celsius: -3.5, path }])
    expect(state.clocks[2]).toEqual({ cpu: 2, hz: 1.008e9, governor: 'schedutil' })
  })

  describe('sensors, in trees of files written from their documentation', () => {
    interface Tree {
      source: string
      files: Record<string, string>
    }
    const trees = JSON.parse(readFileSync('test/golden/boards/sysfs.json', 'utf8')) as Record<string, Tree>
    const seen = async (name: string) => {
      const root = join(folder, name)
      for (const [path, text] of Object.entries(trees[name]!.files)) {
        mkdirSync(dirname(join(root, path)), { recursive: true })
        writeFileSync(join(root, path), text)
      }
      return { ...(await describeBoard(board, { root })), at: (path: string) => join(root, 'sys/class', path) }
    }

    it('INA3221: rails of a voltage and a current, without the shunts, and one that tells nothing', async () => {
      const { facts, at } = await seen('ina3221')
      const rail = (n: number, name: string, readable = true) => ({
        ...{ kind: 'hwmon', name: `ina3221 ${name}`, readable },
        path: at(`hwmon/hwmon1/in${n}_input`),
        current: at(`hwmon/hwmon1/curr${n}_input`),
      })
      expect(facts.power).toEqual([rail(1, 'VDD_IN'), rail(2, 'VDD_CPU'), rail(3, 'channel 3', false)])
    })

    it.each([
      ['ina226', 'ina226', 'hwmon/hwmon0/power1_input'],
      ['power-average', 'power_meter board', 'hwmon/hwmon4/power1_average'],
    ])('%s: the power that it tells itself', async (tree, name, path) => {
      const { facts, at } = await seen(tree)
      expect(facts.power).toEqual([{ kind: 'hwmon', name, path: at(path), readable: true }])
    })

    it('RAPL: the package before its parts', async () => {
      const found = await seen('rapl')
      expect(found.facts.power.map(({ name, readable }) => [name, readable])).toEqual([
        ['package-0', true],
        ['core', true],
      ])
      expect(watchPlan(found, 0).at(-1)).toMatchObject({ what: 'energy', name: 'package-0' })
    })

    it('thermal zones: the processor’s first, which is watched', async () => {
      const found = await seen('thermal')
      expect(found.state.temperatures.map(({ zone, celsius }) => [zone, celsius])).toEqual([
        ['cpu-thermal', 61.25],
        ['wlan0', 40],
      ])
      expect(watchPlan(found, 0)[1]!.path).toBe(found.at('thermal/thermal_zone1/temp'))
    })

    it('a Raspberry Pi: what its firmware limits now, and has limited since the start', async () => {
      const { state } = await seen('raspberry-pi')
      expect(state.limits).toEqual({
        now: ['soft temperature limit'],
        sinceStart: ['clock capped', 'throttled', 'soft temperature limit'],
      })
    })
  })

  it('says so where the answer is not whole', async () => {
    const cutShort: BoardConnection = {
      ...board,
      run: async () => ({ code: 1, signal: null, stdout: 'machine x', stderr: '' }),
    }
    await expect(describeBoard(cutShort)).rejects.toMatchObject({ code: 'input-invalid' })
  })
})
