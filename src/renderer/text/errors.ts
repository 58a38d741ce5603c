import type { ErrorCode, ErrorRecord } from '../../shared/errors.ts'

/** What a hint of the host looks like that speaks to the command line: a command of ours, or a flag. */
const commandLine = /\bbitgauge [a-z]|`bitgauge|(?:^|[\s`(])--[a-z]/

/** What to do in the window, where the host's hint would name a command or a flag. */
const nextSteps: Partial<Record<ErrorCode, string>> = {
  'host-key-unknown': 'Compare the key with the one that the board itself shows, then trust it.',
  'host-key-changed': 'Compare the key with the one that the board itself shows; where it is right, trust the new key.',
  'secret-needed': 'Sign in with the password or the passphrase.',
  'board-failed': 'Nothing of it is kept. Profile again; where it comes again, check the board.',
}

/**
 * An error as the window tells it: a hint that names a command or a flag is replaced by what can be done here, or left out where nothing can. The rest is as
 * the host said it.
 */
export function inWindow(record: ErrorRecord): ErrorRecord {
  if (record.hint === undefined || !commandLine.test(record.hint)) return record
  return { ...record, hint: nextSteps[record.code] }
}

/** A described error without its sentences that speak to the command line. */
export function withoutCommands(text: string): string {
  return text
    .split(/(?<=[.?!]) (?=[A-Z])/)
    .filter((sentence) => !commandLine.test(sentence))
    .join(' ')
}
