import { readBoardDescription } from '../core/profile/boardDescription.ts'
import type { BoardDescription } from '../shared/contract/board.ts'
import { AppError } from '../shared/errors.ts'
import type { BoardConnection } from './connection.ts'

/**
 * Prints what a board tells of itself, a line a fact: its name, a space and what stands there. Only what the shell itself can do, where many
 * files are read: a board that takes 5 ms to start a program would take seconds. `$1` goes before `/sys`, `/proc` and `/etc`, `$2` is the
 * folder whose free room is told.
 *
 * `runs` is what the kernel runs for this shell, asked by another process: one that translates instructions answers for itself when it is
 * asked by its own program.
 */
const script = `
root=$1
say() { printf '%s\\n' "$1"; }
one() { [ -r "$2" ] && { read -r line || [ -n "$line" ]; } <"$2" && say "$1 $line"; } 2>/dev/null
all() { [ -r "$2" ] && while read -r line || [ -n "$line" ]; do say "$1 $line"; done <"$2"; } 2>/dev/null
tells() { { read -r line <"$1" && [ -n "$line" ]; } 2>/dev/null; }
say "machine $(uname -m)"
say "kernel $(uname -s) $(uname -r)"
say "long-bit $(getconf LONG_BIT 2>/dev/null)"
say "elf $(od -An -tu1 -N20 "$root/bin/sh" 2>/dev/null | tr '\\n' ' ')"
[ -n "$root" ] || say "runs $(readlink "/proc/$$/exe" 2>/dev/null)"
[ -n "$root" ] || say "runs-elf $(od -An -tu1 -N20 "/proc/$$/exe" 2>/dev/null | tr '\\n' ' ')"
all os "$root/etc/os-release"
[ -r "$root/proc/device-tree/model" ] && say "model $(tr -d '\\000' <"$root/proc/device-tree/model")"
one dmi-vendor "$root/sys/class/dmi/id/sys_vendor"
one dmi-product "$root/sys/class/dmi/id/product_name"
one hypervisor "$root/sys/hypervisor/type"
[ -e "$root/.dockerenv" ] && say 'container docker'
[ -e "$root/run/.containerenv" ] && say 'container podman'
[ -n "$root" ] || say "detect-virt $(systemd-detect-virt 2>/dev/null)"
grep -E '^(processor|model name|Model|Hardware|CPU implementer|CPU part|uarch|isa|vendor_id|cpu MHz)[[:space:]]*:' "$root/proc/cpuinfo" 2>/dev/null | while read -r line; do say "cpuinfo $line"; done
grep -E -m1 '^(flags|Features)[[:space:]]*:' "$root/proc/cpuinfo" 2>/dev/null | while read -r line; do say "cpuinfo $line"; done
grep -E '^(MemTotal|MemAvailable):' "$root/proc/meminfo" 2>/dev/null | while read -r line; do say "memory $line"; done
one boot "$root/proc/sys/kernel/random/boot_id"
one uptime "$root/proc/uptime"
one load "$root/proc/loadavg"
one online "$root/sys/devices/system/cpu/online"
for cpu in "$root"/sys/devices/system/cpu/cpu[0-9]*; do
  name="cpu.\${cpu##*/cpu}"
  one "$name.capacity" "$cpu/cpu_capacity"
  one "$name.min" "$cpu/cpufreq/cpuinfo_min_freq"
  one "$name.max" "$cpu/cpufreq/cpuinfo_max_freq"
  one "$name.now" "$cpu/cpufreq/scaling_cur_freq"
  one "$name.governor" "$cpu/cpufreq/scaling_governor"
done
for zone in "$root"/sys/class/thermal/thermal_zone*; do
  one "zone.\${zone##*/}.type" "$zone/type"
  one "zone.\${zone##*/}.temp" "$zone/temp"
  say "zone.\${zone##*/}.path $zone/temp"
done
for chip in "$root"/sys/class/hwmon/hwmon*; do
  for file in "$chip"/temp*_input; do
    one "chip.\${chip##*/}.\${file##*/}" "$file"
    one "chip.\${chip##*/}.\${file##*/}.label" "\${file%_input}_label"
    say "chip.\${chip##*/}.\${file##*/}.path $file"
  done
  for file in "$chip"/power*_input "$chip"/power*_average; do
    [ -e "$file" ] || continue
    say "power.\${chip##*/}.\${file##*/} $file"
    one "power.\${chip##*/}.\${file##*/}.label" "\${file%_*}_label"
    tells "$file" && say "power.\${chip##*/}.\${file##*/}.readable"
  done
  for n in 1 2 3; do
    [ -e "$chip/in\${n}_input" ] && [ -e "$chip/curr\${n}_input" ] || continue
    say "rail.\${chip##*/}.$n.voltage $chip/in\${n}_input"
    say "rail.\${chip##*/}.$n.current $chip/curr\${n}_input"
    one "rail.\${chip##*/}.$n.label" "$chip/in\${n}_label"
    tells "$chip/in\${n}_input" && tells "$chip/curr\${n}_input" && say "rail.\${chip##*/}.$n.readable"
  done
  one "chip.\${chip##*/}.name" "$chip/name"
done
for domain in "$root"/sys/class/powercap/*; do
  [ -e "$domain/energy_uj" ] || continue
  say "rapl.\${domain##*/}.path $domain/energy_uj"
  one "rapl.\${domain##*/}.name" "$domain/name"
  tells "$domain/energy_uj" && say "rapl.\${domain##*/}.readable"
done
one limits "$root/sys/devices/platform/soc/soc:firmware/get_throttled"
[ -n "$root" ] || say "limits-told $(vcgencmd get_throttled 2>/dev/null </dev/null)"
say "libc-version $(getconf GNU_LIBC_VERSION 2>/dev/null)"
ldd --version 2>&1 </dev/null | while read -r line; do say "ldd $line"; done
for file in "$root"/lib/ld-musl-* "$root"/lib/ld-uClibc* "$root"/lib/ld-linux* "$root"/lib64/ld-linux* "$root"/lib/*/ld-linux* "$root"/system/bin/linker; do
  [ -e "$file" ] && say "loader \${file##*/}"
done
for compiler in cc gcc clang tcc; do
  command -v "$compiler" >/dev/null 2>&1 || continue
  say "compiler.$compiler.version $("$compiler" --version 2>/dev/null </dev/null | head -n 1)"
  say "compiler.$compiler.target $("$compiler" -dumpmachine 2>/dev/null </dev/null | head -n 1)"
done
for file in "$root"/proc/sys/fs/binfmt_misc/qemu-*; do
  [ -e "$file" ] && say "binfmt \${file##*/}"
done
say "free $(df -Pk "$2" 2>/dev/null | tail -n 1)"
say whole
`

/**
 * What a board is and how it is at the moment, in one command.
 *
 * @param root what goes before `/sys`, `/proc` and `/etc`: another tree than the board's own, for tests
 * @throws AppError `input-invalid` for an answer that is not whole, and those of `BoardConnection.run`
 */
export async function describeBoard(connection: BoardConnection, { root = '' } = {}): Promise<BoardDescription> {
  const { stdout, stderr } = await connection.run(['sh', '-c', script, 'describe', root, connection.cacheFolder], {
    maxBytes: 1_000_000,
    timeout_ms: 120_000,
  })
  if (stdout.endsWith('\nwhole\n')) return readBoardDescription(stdout)
  throw new AppError('input-invalid', 'The board does not say what it is.', {
    expected: 'an answer up to its end',
    found: stderr.trim().slice(-500) || stdout.slice(-200),
    hint: 'Look whether its shell is a POSIX shell.',
  })
}
