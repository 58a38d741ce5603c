/** What stands before the tables of a section. */
export const benchmarksNotes = {
  discriminative: [
    'One thread; V 10,004, E = H, K 4, the head reads the last state. All contenders get the same 256 texts of AG News, each cut off or repeated to 64 words, and take',
    'turns (A B C A B C …); a sample is the median of a block of about 25 ms. Times are those of the processor clock: on an idle machine those of the wall, on a busy one',
    'what else runs counts less. Ours are taken in C, those of the peers in Python, as both are used; *no work* is a graph that gives its input back: so much of a time of ONNX',
    'Runtime is the call. Accuracy and agreement are of test texts as they are, at most 64 words, one by one, with the trained weights of H = 100; other sizes have weights as',
    'they are before training. *Float* is our float32. An input table holds the input half of every word: V x 4H float32 of memory.',
    '',
    'Without that table ours keep the input halves of words that came lately: 40 rows beside one text, up to 512 KiB beside several. So their speed depends on how often words come again. The timed',
    'texts have 33.9 different words of 64, since short ones are repeated: one text finds about 48 % of its words there, of texts as they are about 29 % (simulated; beside 64 texts 52 and 48 %).',
    '',
    'Two bits lose accuracy for the weights alone (W2 A8 C8), four bits for all (W4 A4 C4): rounding is to nearest, without further methods. The peers have no integer LSTM below eight bits.',
  ],
  generative: [
    'log p(text | class) under every class, one thread, V 10,004, E = H = 100, texts of 64 words, processor clock. PyTorch *passes*: the whole model once a class, the class vector beside each',
    'hidden vector; *factored*: LSTM once, a log-sum-exp a class; *product*: one exponential a word for all classes and their sums as a matrix product, as ours. Each of ours stands',
    'beside the best batch of each form, and one text beside one text. *Packed head*: a copy of the head in the layout of the kernels, R x H x bits / 8 bytes; without it rows are packed as they are met.',
  ],
  studyCell: [
    'From float weights to the classes of the texts, texts of 64 words: activations profiled, ranges found, weights quantized, file encoded and opened, texts evaluated. Processor time of',
    'all threads, evaluation with one. Brevitas builds its network, calibrates and evaluates in batches of 64 and 250, without its bias correction. *Cached*: the profile is there, as in all cells of a',
    'study but the first of a calibration set. Ten cells of ours go before, as a study has hundreds in a process: in the first of them memory is touched for the first time and code is compiled. Profiling is two',
    'passes over the texts, one for the ranges and one for the histograms, which takes the gates from the first. A third of it counts bins, near one increment a cycle, which no layout of the counters that was',
    'tried made faster; a fifth are products, at the peak of the core as far as the format forbids fusing; a sixth nonlinearities. Half of evaluating is the integer product, near the core’s peak, and half',
    'nonlinearities; quantizing sorts, searches and counts the embedding, a million weights.',
  ],
  sizes: [
    'Weights of b bits take b/8 bytes each, a row is rounded up to whole bytes; the command that measures fails where a section has another size. Embedding rows are the integers of the input.',
    'Private memory: all that no file stands behind, in the midst of a run at batch 1 (V 10,000, E = H = 100, K 4).',
  ],
  window: [
    'Chromium without a screen (its present headless mode) and without a graphics processor, so that frames are drawn by the two cores that all else shares, as on a machine without',
    'graphics. The window is high enough for the browser’s bars and the whole page: where the page’s lower end lies outside, a frame in which only that changes is never shown, and',
    'Chromium counts it as shown with the next change elsewhere, up to a second later. *Answers a key*: from navigation, in a fresh profile, to the frame with the list of keys, asked for once the line',
    'to the host is open; such a key puts off the charts, which count in the bytes all the same. *Event timing* is Chromium’s own, from the key to the frame that shows its effect, in steps of 8 ms; 200 keys over all pages, 60 ms apart, while a study runs in two compute',
    'processes. Those have sessions of their own with a lower priority: Linux shares the processor out by sessions first, and without them a study takes half of both cores from a browser, whatever',
    'its priority. Charts, and what a page shows below its edge, wait until no key has come for 120 ms, at most 600 ms; a frame drawn by the processor takes two turns of 16.7 ms. *What a page costs*: the time a cell',
    'of a study takes while no page is open, its own, or its results, ten seconds each in turns within one study, and the processor time of all of the browser’s processes meanwhile; cells are as small as they come.',
  ],
  exactness: [
    'Numbers of the runtime that were compared with those of the reference, and how many differ. *Random models*: any shapes, widths of 2 to 16 bits, schemes, rounding rules, both families.',
    '*AG News*: the trained models at 8, 4 and 2 bits. Integers are those of all sites, accumulators the sums of products, floats what follows from them; results are scores and classes of texts.',
  ],
  profile: [
    '`bitgauge profile --board local` beside the runtime’s own bench, `bench.c`, on the same models and texts in the same run: the first 256 test texts of AG News as they are, one at a time, both by the',
    'median and on one core: two of a virtual machine may differ by a third. A sample of the bench is some passes over all of these texts, nine samples before the profile and nine behind it; it counts',
    'the processor’s time and leaves the cost of reading that clock in, which a profile subtracts, so a text of 15 µs looks a few per cent cheaper there. *Texts that differ* are all of the test set, each beside the word of the host’s own program.',
  ],
  boards: [
    'The trained models on boards that QEMU imitates, by the commands of a user (`board add`, `board trust`, `profile`) over OpenSSH: programs run by their own names, built there by the',
    'board’s compiler or sent as the static program of the cross builds. *Results* are the class and the scores of the first test texts of AG News, each beside the word of the host’s own program;',
    '*different* are texts with a result that differs in any bit. Integers and the float32 that follows from them are promised bit for bit; a float operand in a product is promised within a tolerance alone, and',
    '*beyond the promise* are texts outside it. The generative family has one width here, since an imitated processor needs half a second for a text of it. No time is shown: times of an imitated processor are no board’s.',
  ],
  fuzzers: [
    'libFuzzer on the loaders, with the address and undefined-behaviour sanitizers; inputs are mutated files of every kind.',
  ],
  sanitizers: [
    'Evaluation built by clang with its sanitizers: golden models, random ones of every kind and larger ones; one by one with every value traced, and in batches with input table and packed head. A finding',
    'ends the program and fails the command, so that the row of findings can hold 0 alone. The loaders are watched by the same sanitizers in the fuzzers above.',
  ],
} as const
