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
    "  --warmup N       passes before them, 0 to 1000000 (default 1)\n"
    "  --limit N        the first N texts\n"
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

/* An option of the command line: where its value goes. One of the three is not NULL. */
typedef struct {
    const char *name;
    int *flag;
    const char **text;
    uint32_t *number;
    uint32_t low, high;
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
        return tell_error(EXIT_BAD_INPUT, "usage", "--repeat and --warmup have no meaning without --time.");
    return 0;
}

int read_options(int count, char **arguments, run_options *options) {
    uint32_t repeat = 0, warmup = UINT32_MAX;
    const known_option known[] = {
        {"--model", NULL, &options->model, NULL, 0, 0},
        {"--tokens", NULL, &options->tokens, NULL, 0, 0},
        {"--kernels", NULL, &options->kernels, NULL, 0, 0},
        {"--batch", NULL, NULL, &options->batch, 1, 1024},
        {"--threads", NULL, NULL, &options->threads, 1, 256},
        {"--repeat", NULL, NULL, &repeat, 1, 1000000},
        {"--warmup", NULL, NULL, &warmup, 0, 1000000},
        {"--limit", NULL, NULL, &options->limit, 1, UINT32_MAX},
        {"--input-table", &options->input_table, NULL, NULL, 0, 0},
        {"--pack-head", &options->pack_head, NULL, NULL, 0, 0},
        {"--predictions", &options->predictions, NULL, NULL, 0, 0},
        {"--checksum", &options->checksum, NULL, NULL, 0, 0},
        {"--time", &options->time, NULL, NULL, 0, 0},
        {"--probe", &options->probe, NULL, NULL, 0, 0},
        {"--help", &options->help, NULL, NULL, 0, 0},
        {"--version", &options->version, NULL, NULL, 0, 0},
    };
    memset(options, 0, sizeof *options);
    options->batch = options->threads = 1;
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
    if (!options->checksum && !options->time)
        options->predictions = 1;
    return check_together(options, repeat != 0 || warmup != UINT32_MAX);
}
