#include "options.h"

#include <string.h>

#include "output.h"

const char usage_text[] =
    "bitgauge-run --model FILE --tokens FILE [options]\n"
    "Evaluates a quantized model on texts and tells what it finds as lines of JSON.\n"
    "\n"
    "  --model FILE     a quantized model (.bgq)\n"
    "  --tokens FILE    texts as word ids\n"
    "  --predictions    tell each text's class and scores; done where nothing else is asked for\n"
    "  --checksum       tell one checksum of all classes and scores\n"
    "  --time           tell the nanoseconds of each text, with --batch of each batch\n"
    "  --batch N        texts evaluated side by side, 1 to 1024 (default 1)\n"
    "  --threads N      1 to 256 (default 1)\n"
    "  --repeat N       timed passes over the texts, 1 to 1000000 (default 1)\n"
    "  --least-ms N     more of them, until N milliseconds have gone by, 1 to 3600000\n"
    "  --warmup N       passes before them, 0 to 1000000 (default 1)\n"
    "  --limit N        the first N texts\n"
    "  --core N         run on this core alone\n"
    "  --watch FILE     tell the number in FILE between timed batches; up to 16 of them\n"
    "  --shares         tell which part of the library takes how much of the time; no latency is to be taken from it\n"
    "  --trace N        tell what is computed on the way, of text N alone\n"
    "  --kernels NAME   scalar, avx2, avx512, neon or dotprod (default: BITGAUGE_KERNELS, else the fastest)\n"
    "  --input-table    keep the input half of every word in memory: faster, 16 bytes x words x hidden\n"
    "  --pack-head      keep a copy of the head's weights as the kernels want them: faster\n"
    "  --probe          tell what this machine is, without a model\n"
    "  --help           this text\n"
    "  --version        the version\n"
    "\n"
    "Exit codes: 0 done, 1 failed, 2 wrong usage or input, 130 interrupted. Output without a last line of type\n"
    "\"end\" is not whole.\n"
    "\n"
    "  bitgauge-run --model model.bgq --tokens texts.bgt --time --repeat 5\n";

/* An option of the command line: where its value goes. One of the four is not NULL. */
typedef struct {
    const char *name;
    int *flag;
    const char **text;
    uint32_t *number;
    uint32_t low, high;
    watched *watch;
} known_option;

/* Digits alone, within [low, high]. */
static int parse_number(const char *text, uint32_t low, uint32_t high, uint32_t *value) {
    uint64_t number = 0;
    if (*text == 0)
        return 0;
    for (; *text != 0; text++) {
        if (*text < '0' || *text > '9' || number > UINT32_MAX)
            return 0;
        number = 10 * number + (uint64_t)(*text - '0');
    }
    if (number < low || number > high)
        return 0;
    *value = (uint32_t)number;
    return 1;
}

static int take_value(const known_option *option, const char *value) {
    if (option->text != NULL) {
        if (*value == 0)
            return tell_error(EXIT_BAD_INPUT, "usage", "%s needs a value.", option->name);
        *option->text = value;
        return 0;
    }
    if (option->watch != NULL) {
        if (*value == 0 || option->watch->count == MOST_WATCHED)
            return tell_error(EXIT_BAD_INPUT, "usage", "--watch takes a file, and may be given %d times.",
                              MOST_WATCHED);
        option->watch->paths[option->watch->count++] = value;
        return 0;
    }
    if (parse_number(value, option->low, option->high, option->number))
        return 0;
    return tell_error(EXIT_BAD_INPUT, "usage", "%s takes a whole number from %lu to %lu, not \"%.60s\".", option->name,
                      (unsigned long)option->low, (unsigned long)option->high, value);
}

/* The option that `argument` is, with a value behind "=" or NULL in `value`. */
static const known_option *find_option(const known_option *options, size_t count, const char *argument,
                                       const char **value) {
    size_t length = strcspn(argument, "=");
    *value = argument[length] == '=' ? argument + length + 1 : NULL;
    for (size_t k = 0; k < count; k++)
        if (strlen(options[k].name) == length && strncmp(options[k].name, argument, length) == 0)
            return &options[k];
    return NULL;
}

static int check_together(const run_options *options, int repeated) {
    if (options->help || options->version)
        return 0;
    if (options->probe) {
        if (options->model == NULL && options->tokens == NULL)
            return 0;
        return tell_error(EXIT_BAD_INPUT, "usage", "--probe reads no files: leave --model and --tokens out.");
    }
    if (options->model == NULL || options->tokens == NULL)
        return tell_error(EXIT_BAD_INPUT, "usage", "%s is missing; see bitgauge-run --help.",
                          options->model == NULL ? "--model FILE" : "--tokens FILE");
    if (repeated && !options->time)
        return tell_error(EXIT_BAD_INPUT, "usage",
                          "--repeat, --warmup, --least-ms and --watch have no meaning without --time.");
    if (options->shares && options->threads > 1)
        return tell_error(EXIT_BAD_INPUT, "usage", "--shares is told of one thread.");
    return 0;
}

int read_options(int count, char **arguments, run_options *options) {
    uint32_t repeat = 0, warmup = UINT32_MAX;
    const known_option known[] = {
        {"--model", NULL, &options->model, NULL, 0, 0, NULL},
        {"--tokens", NULL, &options->tokens, NULL, 0, 0, NULL},
        {"--kernels", NULL, &options->kernels, NULL, 0, 0, NULL},
        {"--batch", NULL, NULL, &options->batch, 1, 1024, NULL},
        {"--threads", NULL, NULL, &options->threads, 1, 256, NULL},
        {"--repeat", NULL, NULL, &repeat, 1, 1000000, NULL},
        {"--warmup", NULL, NULL, &warmup, 0, 1000000, NULL},
        {"--limit", NULL, NULL, &options->limit, 1, UINT32_MAX, NULL},
        {"--least-ms", NULL, NULL, &options->least_ms, 1, 3600000, NULL},
        {"--core", NULL, NULL, &options->core, 0, 4095, NULL},
        {"--trace", NULL, NULL, &options->trace, 0, UINT32_MAX - 1, NULL},
        {"--watch", NULL, NULL, NULL, 0, 0, &options->watch},
        {"--shares", &options->shares, NULL, NULL, 0, 0, NULL},
        {"--input-table", &options->input_table, NULL, NULL, 0, 0, NULL},
        {"--pack-head", &options->pack_head, NULL, NULL, 0, 0, NULL},
        {"--predictions", &options->predictions, NULL, NULL, 0, 0, NULL},
        {"--checksum", &options->checksum, NULL, NULL, 0, 0, NULL},
        {"--time", &options->time, NULL, NULL, 0, 0, NULL},
        {"--probe", &options->probe, NULL, NULL, 0, 0, NULL},
        {"--help", &options->help, NULL, NULL, 0, 0, NULL},
        {"--version", &options->version, NULL, NULL, 0, 0, NULL},
    };
    memset(options, 0, sizeof *options);
    options->batch = options->threads = 1;
    options->core = NO_CORE;
    options->trace = NO_TEXT;
    for (int k = 1; k < count; k++) {
        const char *value;
        const known_option *option = find_option(known, sizeof known / sizeof known[0], arguments[k], &value);
        if (option == NULL)
            return tell_error(EXIT_BAD_INPUT, "usage", "There is no option \"%.60s\"; see bitgauge-run --help.",
                              arguments[k]);
        if (option->flag != NULL) {
            if (value != NULL)
                return tell_error(EXIT_BAD_INPUT, "usage", "%s takes no value.", option->name);
            *option->flag = 1;
            continue;
        }
        if (value == NULL && k + 1 < count)
            value = arguments[++k];
        int failed = take_value(option, value == NULL ? "" : value);
        if (failed)
            return failed;
    }
    options->repeat = repeat == 0 ? 1 : repeat;
    options->warmup = warmup == UINT32_MAX ? 1 : warmup;
    if (!options->checksum && !options->time && !options->shares && options->trace == NO_TEXT)
        options->predictions = 1;
    const int timed = repeat != 0 || warmup != UINT32_MAX || options->least_ms != 0 || options->watch.count > 0;
    return check_together(options, timed);
}
