/**
 * What can be done about an error, as a closed list: each step with its words for the command line, some of them about something by its name. The window has
 * words of its own for each (`src/renderer/text/nextSteps.ts`), as it has buttons where the command line has commands.
 */
const inTerminal = {
  // where things are listed
  'list-datasets': 'bitgauge dataset list shows what there is.',
  'list-models': 'bitgauge model list shows what there is.',
  'list-calibration-sets': 'bitgauge calibrate list shows what there is.',
  'list-studies': 'bitgauge study list shows what there is.',
  'list-runs': 'bitgauge run list shows what there is.',
  'list-evaluations': 'bitgauge run list --stage evaluation shows them.',
  'list-boards': 'bitgauge board list shows what there is.',
  'list-profiles': 'bitgauge profile list shows what there is.',
  'show-recipe': 'bitgauge recipe show ours --json prints every setting.',
  // datasets and models
  'name-dataset': 'Name a dataset with --dataset.',
  'name-texts': 'Name a dataset with --dataset, or a file of texts with --texts-from.',
  'give-classes': 'Give --classes with commas between, or --dataset for the classes and tokenizer of a dataset.',
  'give-vocabulary': 'Give --vocabulary FILE.',
  'import-with-vocabulary': 'Import it again with --vocabulary.',
  'import-with-vocabulary-and-dataset': 'Import it again with --vocabulary, and name a dataset.',
  'name-format': 'Say it with --format csv, tsv or jsonl.',
  'read-quotes-as-letters': 'Where quotes have no meaning in the file, --quote none reads them as they stand.',
  'close-quotes': 'Is a quote not closed, or the line end not a line feed? --quote none reads quotes as they stand.',
  'drop-unknown-labels': 'Name the right label column, or leave such rows out with --unknown-labels drop.',
  'train-slower': 'Lower the learning rate, or set a smaller --clip.',
  'train-smaller-batch': (batch: string) => `Try --batch ${batch}, or cut texts off earlier.`,
  'profile-activations': 'bitgauge calibrate --model makes it.',
  quantize: 'bitgauge quantize makes it.',
  'quantize-again': 'Quantize again with --force.',
  'evaluate-again': 'Evaluate again with --force.',
  'evaluate-or-quantize-again': 'Evaluate or quantize again with --force.',
  // studies and files
  'resume-study': (study: string) => `Go on with: bitgauge study resume ${study}`,
  'finish-study': (study: string) => `Run it first: bitgauge study resume ${study}`,
  'retry-failed-cells': (study: string) => `bitgauge study show ${study} says which; --retry-failed tries them again.`,
  'wait-or-pause-study': (study: string) => `Wait until it has ended, or pause it: bitgauge study pause ${study}.`,
  'remove-study': (study: string) => `Take it away first: bitgauge study remove ${study}. Its runs stay.`,
  'other-name': 'Name another one, or say --overwrite.',
  // boards
  'add-board': 'Add a board with `bitgauge board add`.',
  'accept-key': (fingerprint: string) =>
    `Compare with \`ssh-keygen -lf\` on the board itself, then accept it with \`--host-key ${fingerprint}\`.`,
  'replace-key':
    'Compare with `ssh-keygen -lf` on the board itself; where it is right, replace the key with `bitgauge board trust`.',
  'give-secret': 'Give the passphrase or the password by --password-file or standard input, or name a key.',
  'give-secret-on-the-way': (server: string) =>
    `Give it by --jump-password-file or --jump-passphrase-file ${server}=FILE; a key is named in the SSH configuration.`,
  'profile-on-board': 'bitgauge profile measures one.',
  'profile-on-board-again':
    'Nothing of it is kept. Measure again; where it comes again, check the board with bitgauge board check.',
  // the home
  'other-disk': 'Name a home on another disk with --home.',
  'make-room': 'Make room, or name a home on another disk with --home.',
  'other-folder': 'Name another folder (--home, BITGAUGE_HOME, BITGAUGE_CACHE), or move away what stands in its place.',
  'right-home': 'Name the right folder with --home; any command that stores something makes a new one.',
  'later-version': 'Install the later version, or name another folder with --home.',
  'give-right': (folder: string) =>
    `Give this user the right to read and write ${folder}, or name another folder with --home.`,
  'check-store': 'Run `bitgauge store check`, and remove what it names.',
  // devices
  'leave-out-device': 'Leave out --engine, or --device.',
  'set-up-cuda': 'Run `bitgauge setup --cuda` on a machine with an NVIDIA driver, or leave out --device.',
  'prove-cuda': 'Run `bitgauge doctor --cuda`: it says what the library sees.',
  'prove-exact': 'TensorFloat-32 and bfloat16 must be off; `bitgauge doctor --full` tries it.',
  'list-kernels': 'BITGAUGE_KERNELS is one of those that `bitgauge doctor` lists, or is not set.',
  // the installation
  'set-up': 'Run `bitgauge setup`.',
  'set-up-again': 'Run `bitgauge setup` again.',
  'set-up-runtime': 'Run `bitgauge setup`; it takes a C++ compiler (Debian: `apt install g++`).',
  'set-up-or-other-engine': 'Run `bitgauge setup`, or evaluate with --engine tensor.',
  'set-up-untrusted':
    'Numbers from this machine cannot be trusted. Run `bitgauge setup` again, then `bitgauge doctor --full`.',
  'prove-and-set-up': 'Run `bitgauge doctor --full`, then `bitgauge setup` again.',
  'prove-installation': 'The log has its last lines. `bitgauge doctor --full` says whether the installation is whole.',
  'start-again':
    'Start the job again; if it happens again, run `bitgauge doctor --full`. The log has the last lines of the process.',
  // how `serve` was started
  'allow-host': 'If the name is yours, start with --allow-host and that name.',
  'other-port': 'Choose another with --port, or 0 for any.',
  'open-new-link': 'Press Enter in the terminal where `bitgauge serve` runs, and open the new link.',
  'serve-folder': 'Pack it with gzip, or put it into a folder that the host is started with: --data DIR.',
} as const satisfies Readonly<Record<string, string | ((of: string) => string)>>

export type Step = keyof typeof inTerminal

/** The steps that are about something by its name. */
export type StepOfSomething = {
  [S in Step]: (typeof inTerminal)[S] extends string ? never : S
}[Step]

export const steps = Object.keys(inTerminal) as [Step, ...Step[]]

/** A step as it crosses a process or a socket; its schema is in `errorRecord.ts`. */
export interface NextStep {
  step: Step
  /** the name of what it is about, where it is about something */
  of?: string | undefined
}

export function nextStep(step: Exclude<Step, StepOfSomething>): NextStep
export function nextStep(step: StepOfSomething, of: string): NextStep
export function nextStep(step: Step, of?: string): NextStep {
  return of === undefined ? { step } : { step, of }
}

/** A step in the words of the command line. */
export function stepInTerminal({ step, of = '' }: NextStep): string {
  const words: string | ((of: string) => string) = inTerminal[step]
  return typeof words === 'string' ? words : words(of)
}
