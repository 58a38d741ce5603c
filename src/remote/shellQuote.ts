/**
 * An argument as one word of a shell: every byte but NUL comes through as it is. Backslashes stand outside of the quotes, because
 * fish reads them inside; with that a login shell may be sh, bash, dash, ash, ksh, zsh or fish.
 *
 * @see IEEE Std 1003.1-2017, Shell Command Language, section 2.2
 */
export function shellQuote(argument: string): string {
  return `'${argument.replaceAll(/[\\']+/g, (run) => `'${run.replaceAll(/[\\']/g, (one) => `\\${one}`)}'`)}'`
}

/** The words of a command. */
export function shellCommand(argv: readonly string[]): string {
  return argv.map(shellQuote).join(' ')
}
