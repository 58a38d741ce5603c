import { stepInTerminal, type NextStep, type Step } from '../../shared/nextSteps.ts'

/** What the command line alone can do, in its own words. */
const terminalAlone = (said: string): string => `In a terminal: ${said}`

/** Every step as it is taken in the window; what only the program that serves the page, or its machine, can be told says so. */
const inWindow: Readonly<Record<Step, string | ((of: string, said: string) => string)>> = {
  'list-datasets': 'The page Datasets lists what there is.',
  'list-models': 'The page Models lists what there is.',
  'list-calibration-sets': 'The page Calibration lists what there is.',
  'list-studies': 'The page Studies lists what there is.',
  'list-runs': 'The page Results lists what there is.',
  'list-evaluations': 'The page Results lists them.',
  'list-boards': 'The page Boards lists what there is.',
  'list-profiles': 'The page Boards lists what there is.',
  'show-recipe': (_, said) => terminalAlone(said),

  'name-dataset': 'Choose a dataset.',
  'name-texts': 'Choose a dataset.',
  'give-classes': 'Choose the dataset whose classes and tokenizer it has.',
  'give-vocabulary': 'Choose its vocabulary.',
  'import-with-vocabulary': 'Import it again with its vocabulary.',
  'import-with-vocabulary-and-dataset': 'Import it again with its vocabulary and a dataset.',
  'name-format': 'Choose how it is written.',
  'read-quotes-as-letters': 'Where quotes have no meaning in the file, read them as letters like others.',
  'close-quotes': 'Is a quote not closed, or the line end not a line feed? Quotes can be read as letters like others.',
  'drop-unknown-labels': 'Name the right label column, or leave such rows out, which the options of the import can do.',
  'train-slower': 'Lower the learning rate, or shorten long gradients to less.',
  'train-smaller-batch': (batch) => `Try a batch of ${batch}, or cut texts off earlier.`,
  'profile-activations': 'Resume the study that has it.',
  quantize: 'Resume the study that has it.',
  'quantize-again': (_, said) => terminalAlone(said),
  'evaluate-again': (_, said) => terminalAlone(said),
  'evaluate-or-quantize-again': (_, said) => terminalAlone(said),

  'resume-study': 'Resume it on its page.',
  'finish-study': 'Resume it first, on its page.',
  'retry-failed-cells': 'Its page says which, and tries them again.',
  'wait-or-pause-study': 'Wait until it has ended, or pause it on its page.',
  'remove-study': 'Remove it first, on its page. Its runs stay.',
  'other-name': 'Choose another name.',

  'add-board': 'Add a board on the page Boards.',
  'accept-key': 'Compare the key with the one that the board itself shows, then trust it.',
  'replace-key': 'Compare the key with the one that the board itself shows; where it is right, trust the new key.',
  'give-secret': 'Sign in with the password or the passphrase.',
  'give-secret-on-the-way': 'Sign in with the password or the passphrase.',
  'profile-on-board': 'Profile a model on the page Boards.',
  'profile-on-board-again': 'Nothing of it is kept. Profile again; where it comes again, check the board.',

  'other-disk': 'Open a home on another disk.',
  'make-room': 'Make room, or open a home on another disk.',
  'other-folder': 'Open another home (BITGAUGE_HOME, BITGAUGE_CACHE), or move away what stands in its place.',
  'right-home': 'Open the right home, or start with a new one.',
  'later-version': 'Install the later version, or open another home.',
  'give-right': (folder) => `Give this user the right to read and write ${folder}, or open another home.`,
  'check-store': 'Run `bitgauge store check` in a terminal, and remove what it names.',

  'leave-out-device': 'Choose another device.',
  'set-up-cuda':
    'Run `bitgauge setup --cuda` in a terminal on a machine with an NVIDIA driver, or choose the processor.',
  'prove-cuda': 'Run `bitgauge doctor --cuda` in a terminal: it says what the library sees.',
  'prove-exact': 'TensorFloat-32 and bfloat16 must be off; `bitgauge doctor --full` in a terminal tries it.',
  'list-kernels': 'BITGAUGE_KERNELS is one of those that `bitgauge doctor` lists in a terminal, or is not set.',

  'set-up': 'Run `bitgauge setup` in a terminal.',
  'set-up-again': 'Run `bitgauge setup` again in a terminal.',
  'set-up-runtime': 'Run `bitgauge setup` in a terminal; it takes a C++ compiler (Debian: `apt install g++`).',
  'set-up-or-other-engine': 'Run `bitgauge setup` in a terminal.',
  'set-up-untrusted':
    'Numbers from this machine cannot be trusted. Run `bitgauge setup` again in a terminal, then `bitgauge doctor --full`.',
  'prove-and-set-up': 'Run `bitgauge doctor --full` in a terminal, then `bitgauge setup` again.',
  'prove-installation':
    'The log has its last lines. `bitgauge doctor --full` in a terminal says whether the installation is whole.',
  'start-again':
    'Start the job again; if it happens again, run `bitgauge doctor --full` in a terminal. The log has the last lines of the process.',

  'allow-host': (_, said) => terminalAlone(said),
  'other-port': (_, said) => terminalAlone(said),
  'open-new-link': (_, said) => said,
  'serve-folder':
    'Pack it with gzip, or put it into a folder that the host is started with in a terminal: `bitgauge serve --data DIR`.',
}

/** A step in the words of the window. */
export function stepInWindow(next: NextStep): string {
  const words = inWindow[next.step]
  return typeof words === 'string' ? words : words(next.of ?? '', stepInTerminal(next))
}
