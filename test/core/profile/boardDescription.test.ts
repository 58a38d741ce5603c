import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readBoardDescription } from '../../../src/core/profile/boardDescription.ts'

/** What boards would print, written from the documentation of each; none was recorded on the board itself. */
const answerOf = (board: string) => readFileSync(`test/golden/boards/${board}.txt`, 'utf8')
const read = (board: string) => readBoardDescription(answerOf(board))

describe('readBoardDescription', () => {
  it('reads a Raspberry Pi 5', () => {
    const { facts, state } = read('raspberry-pi-5')
    expect(facts).toMatchObject({
      arch: 'aarch64',
      userland_bits: 64,
      model: 'Raspberry Pi 5 Model B Rev 1.0',
      cpu: 'Cortex-A76',
      cores: 4,
      clusters: [{ cpus: [0, 1, 2, 3], model: 'Cortex-A76', capacity: 1024, min_hz: 1.5e9, max_hz: 2.4e9 }],
      memory_bytes: 8_257_856 * 1024,
      os: 'Debian GNU/Linux 12 (bookworm)',
      kernel: 'Linux 6.6.51+rpt-rpi-2712',
      libc: { name: 'glibc', version: '2.36' },
      virtualization: null,
      emulated: false,
    })
    expect(facts.features).toContain('asimddp')
    expect(facts.compilers).toContainEqual({
      command: 'gcc',
      version: 'gcc (Debian 12.2.0-14) 12.2.0',
      target: 'aarch64-linux-gnu',
    })
    expect(state).toEqual({
      boot: '5e5a9b1c-73a5-4c0c-9a4c-0f4f0a2b1c3d',
      uptime_s: 351.42,
      load: 0.08,
      available_bytes: 7_712_416 * 1024,
      free_bytes: 51_570_440 * 1024,
      clocks: [0, 1, 2, 3].map((cpu) => ({ cpu, hz: 1.5e9, governor: 'ondemand' })),
      temperatures: [{ zone: 'cpu-thermal', celsius: 51.8 }],
      limits: null,
    })
  })

  it.each([
    ['throttled=0x0', [], []],
    ['throttled=0x50005', ['under-voltage', 'throttled'], ['under-voltage', 'throttled']],
    ['throttled=0x80002', ['clock capped'], ['soft temperature limit']],
  ])('reads what vcgencmd says: %s', (told, now, sinceStart) => {
    const { state } = readBoardDescription(`${answerOf('raspberry-pi-5')}limits-told ${told}\n`)
    expect(state.limits).toEqual({ now, sinceStart })
  })

  it('takes a 32-bit userland under a 64-bit kernel for what it is, and a part’s name before that of its instructions', () => {
    const { facts } = read('raspberry-pi-3-32-bit')
    expect(facts).toMatchObject({
      machine: 'aarch64',
      arch: 'arm',
      userland_bits: 32,
      cpu: 'Cortex-A53',
      compilers: [],
    })
    expect(facts.features).toContain('neon')
    expect(facts.emulated).toBe(false)
  })

  it('keeps clusters and rails apart, on a board with neither compiler nor getconf', () => {
    const { facts } = read('imx8qm')
    expect(facts.cpu).toBe('Cortex-A53 + Cortex-A72')
    expect(facts.userland_bits).toBe(64)
    expect(facts.clusters).toEqual([
      { cpus: [0, 1, 2, 3], model: 'Cortex-A53', capacity: 485, min_hz: 6e8, max_hz: 1.2e9 },
      { cpus: [4, 5], model: 'Cortex-A72', capacity: 1024, min_hz: 6e8, max_hz: 1.596e9 },
    ])
    const path = '/sys/class/hwmon/hwmon2/power1_input'
    expect(facts.power).toEqual([{ kind: 'hwmon', name: 'ina226 VDD_ARM', path, readable: true }])
    expect(facts.libc).toEqual({ name: 'glibc', version: null })
  })

  it('takes the extensions of RISC-V apart, and knows musl', () => {
    const { facts } = read('visionfive-2')
    expect(facts).toMatchObject({ arch: 'riscv64', cpu: 'sifive,u74-mc', libc: { name: 'musl', version: '1.2.5' } })
    expect(facts.features).toEqual(expect.arrayContaining(['rv64', 'c', 'zba', 'zbb']))
  })

  it('reads a PC, whose energy only root may read', () => {
    const { facts, state } = read('x64')
    expect(facts).toMatchObject({ arch: 'x86_64', model: 'LENOVO 20L5CTO1WW', cores: 8, emulated: false })
    expect(facts.clusters).toHaveLength(1)
    expect(facts.power.map(({ name, readable }) => [name, readable])).toEqual([
      ['package-0', false],
      ['core', false],
    ])
    expect(state.temperatures).toEqual([{ zone: 'x86_pkg_temp', celsius: 44 }])
  })

  it.each([
    [
      'a shell of another family',
      answerOf('raspberry-pi-5').replace(/^elf .*$/m, 'elf 127 69 76 70 2 1 1 0 0 0 0 0 0 0 0 0 3 0 62 0'),
    ],
    [
      'processors of another family',
      answerOf('x64')
        .replaceAll('x86_64', 'aarch64')
        .replace(/^elf.*\n/m, ''),
    ],
    ['a shell that QEMU runs', `${answerOf('raspberry-pi-5')}runs /usr/bin/qemu-aarch64-static\n`],
    [
      'a shell that something of another family runs',
      `${answerOf('visionfive-2')}runs-elf 127 69 76 70 2 1 1 0 0 0 0 0 0 0 0 0 2 0 62 0\n`,
    ],
    ['a translator for its own programs', `${answerOf('visionfive-2')}binfmt qemu-riscv64\n`],
    [
      'the translator of all 32-bit ARM',
      `${answerOf('raspberry-pi-3-32-bit').replace('machine aarch64', 'machine armv7l')}binfmt qemu-arm\n`,
    ],
    ['a virtual machine without KVM', answerOf('raspberry-pi-5').replace('detect-virt none', 'detect-virt qemu')],
    ['the model of QEMU', answerOf('visionfive-2').replace(/^model .*$/m, 'model riscv-virtio,qemu')],
  ])('knows an imitated processor by %s', (_sign, answer) => {
    expect(readBoardDescription(answer).facts.emulated).toBe(true)
  })

  it('does not take translators for other processors as a sign', () => {
    expect(readBoardDescription(`${answerOf('x64')}binfmt qemu-aarch64\n`).facts.emulated).toBe(false)
  })

  it('does not take a shell that the kernel runs itself as a sign', () => {
    const own = 'runs-elf 127 69 76 70 2 1 1 0 0 0 0 0 0 0 0 0 3 0 183 0'
    expect(readBoardDescription(`${answerOf('raspberry-pi-5')}runs /usr/bin/dash\n${own}\n`).facts.emulated).toBe(false)
  })

  it('gives what holds for a board that says nothing, or rubbish', () => {
    const random = Array.from({ length: 4000 }, (_, k) => String.fromCodePoint((k * 7919) % 0x3000)).join('')
    const names = answerOf('imx8qm')
      .split('\n')
      .map((line) => `${line.split(' ')[0]} ${'9'.repeat(400)}\u001b[31m`)
    for (const text of ['', random, names.join('\n'), answerOf('x64').replaceAll(/\d/g, '9')]) {
      const { facts } = readBoardDescription(text)
      expect(facts.cores).toBeGreaterThan(0)
      expect(JSON.stringify(facts)).not.toContain('\\u001b')
    }
  })
})
