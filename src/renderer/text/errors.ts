import type { ErrorCode, ErrorRecord } from '../../shared/errors.ts'

/** What a hint of the host looks like that speaks to the command line: a command of ours, or a flag. */
const commandLine = /\bbitgauge [a-z]|`bitgauge|(?:^|[\s`(])--[a-z]/

/** What to do in the window, where the code alone says it. */
const nextSteps: Partial<Record<ErrorCode, string>> = {
  'host-key-unknown': 'Compare the key with the one that the board itself shows, then trust it.',
  'host-key-changed': 'Compare the key with the one that the board itself shows; where it is right, trust the new key.',
  'secret-needed': 'Sign in with the password or the passphrase.',
  'board-failed': 'Nothing of it is kept. Profile again; where it comes again, check the board.',
}

/** Which page lists what a command lists. */
const pages: Readonly<Record<string, string>> = {
  ...{ dataset: 'Datasets', model: 'Models', calibrate: 'Calibration', study: 'Studies' },
  ...{ run: 'Results', board: 'Boards', profile: 'Boards' },
}

/** Words of the command line, and those of the window in their place; each is tried in turn. */
const inOtherWords: readonly [words: RegExp, instead: string][] = [
  [/\bbitgauge study show .+ says which; --retry-failed tries/, 'Its page says which, and tries'],
  [/\bGo on with: bitgauge study resume .+/, 'Resume it on its page.'],
  [/\bRun it first: bitgauge study resume .+/, 'Resume it first, on its page.'],
  [/\bTake it away first: bitgauge study remove .+\. Its/, 'Remove it first, on its page. Its'],
  [/, or pause it: bitgauge study pause.*/, ', or pause it on its page.'],
  [/\bNames? (one|a dataset) with --dataset(, or a file of texts with --texts-from)?\./, 'Choose a dataset.'],
  [/\bImport it again with --vocabulary, and name a dataset\./, 'Import it again with its vocabulary.'],
  [/\bImport it again with --vocabulary\./, 'Import it again with its vocabulary.'],
  [/\bGive --vocabulary FILE\./, 'Choose its vocabulary.'],
  [/\bGive --classes .+/, 'Choose the dataset whose classes and tokenizer it has.'],
  [/\bName another one, or say --overwrite\./, 'Choose another name.'],
  [/\bbitgauge profile measures one\./, 'Profile a model on the page Boards.'],
  [/, check the board with bitgauge board check\./, ', check the board.'],
  [/, replace the key with `bitgauge board trust`\./, ', trust the new key.'],
  [/, then accept it with `--host-key [^`]+`\./, ', then trust it.'],
  [/\bAdd a board with `bitgauge board add`\./, 'Add a board on the page Boards.'],
  [/ --quote none reads quotes as they stand\./, ' Quotes can be read as letters like others.'],
  [/, --quote none reads them as they stand\./, ', read them as letters like others.'],
  [/ with --unknown-labels drop\./, ', which the options of the import can do.'],
  [/\bSay it with --format csv, tsv or jsonl\./, 'Choose how it is written.'],
  [/, or set a smaller --clip\./, ', or shorten long gradients to less.'],
  [/\bTry --batch (\S+),/, 'Try a batch of $1,'],
  [/, or evaluate with --engine tensor\./, '.'],
  [/, or leave out --device\./, ', or choose the processor.'],
  [/\bLeave out --engine, or --device\./, 'Choose another device.'],
  [/\bbitgauge (?:quantize|calibrate --model) makes it\./, 'Resume the study that has it.'],
  [/, or (?:start with|name) (?:another|a home on another disk with) --home\./, ', or open a home on another disk.'],
  [/\bName a home on another disk with --home\./, 'Open a home on another disk.'],
  [/, or name another folder with --home\./, ', or open another home.'],
  [/\bName the right folder with --home; any .+/, 'Open the right home, or start with a new one.'],
  [/\bName another folder \(--home, ([^)]+)\)/, 'Open another home ($1)'],
]

/** What only the program that serves the page, or the machine it runs on, can be told. */
const ofTheMachine = /\bterminal\b/

/**
 * An error as the window tells it: words that name a command or a flag are replaced by what can be done here; what can be done in a terminal alone says so.
 * The rest is as the host said it.
 */
export function inWindow(record: ErrorRecord): ErrorRecord {
  if (record.hint === undefined || !commandLine.test(record.hint)) return record
  return { ...record, hint: nextSteps[record.code] ?? hintInWindow(record.hint) }
}

const quotedCommand = /`bitgauge [^`]+`/

/** A hint in the words of the window. */
export function hintInWindow(hint: string): string {
  if (!commandLine.test(hint) || ofTheMachine.test(hint)) return hint
  const listed = hint.replace(/\bbitgauge (\w+) list\b.* shows/, (all, part: string) =>
    pages[part] === undefined ? all : `The page ${pages[part]} lists`,
  )
  const said = inOtherWords.reduce((text, [words, instead]) => text.replace(words, instead), listed)
  if (!commandLine.test(said)) return said
  return quotedCommand.test(said) ? said.replace(quotedCommand, '$& in a terminal') : `In a terminal: ${said}`
}

/** A described error without its sentences that speak to the command line. */
export function withoutCommands(text: string): string {
  return text
    .split(/(?<=[.?!]) (?=[A-Z])/)
    .filter((sentence) => !commandLine.test(sentence))
    .join(' ')
}
