/*
 * bitgauge-run: evaluates a quantized model on the texts of a token file and tells predictions, a checksum and times as
 * lines of JSON (docs/format/board-protocol.md). The same source runs on boards and on their host.
 */
#include <stdlib.h>
#include <string.h>

#include "bitgauge.h"
#include "machine.h"
#include "options.h"
#include "output.h"
#include "passes.h"
#include "shares.h"
#include "stop.h"
#include "token_file.h"
#include "tracing.h"

enum { PROTOCOL = 3 };

static void tell_kernels(const char *chosen) {
    line_string("kernels", chosen);
    line_array("usable");
    for (size_t k = 0; bg_kernels_name(k) != NULL; k++)
        if (bg_kernels_usable(bg_kernels_name(k)))
            line_item_string(bg_kernels_name(k));
    line_array_end();
}

static void tell_program(const char *kernels) {
    line_open("hello");
    line_integer("protocol", PROTOCOL);
    line_string("version", BG_RUNTIME_VERSION);
    tell_kernels(kernels);
    tell_machine();
}

/* The kernels that a model would be evaluated with, NULL where the machine cannot run those that are asked for. */
static const char *choose_kernels(const char *asked) {
    if (asked == NULL || *asked == 0)
        asked = getenv("BITGAUGE_KERNELS");
    if (asked != NULL && *asked != 0)
        return bg_kernels_usable(asked) ? asked : NULL;
    for (size_t k = 0; bg_kernels_name(k) != NULL; k++)
        if (bg_kernels_usable(bg_kernels_name(k)))
            return bg_kernels_name(k);
    return NULL;
}

static int tell_unknown_kernels(const run_options *options) {
    char usable[200] = "";
    const char *asked = options->kernels != NULL ? options->kernels : getenv("BITGAUGE_KERNELS");
    for (size_t k = 0; bg_kernels_name(k) != NULL; k++) {
        const char *name = bg_kernels_name(k);
        if (!bg_kernels_usable(name) || strlen(usable) + strlen(name) + 3 > sizeof usable)
            continue;
        strcat(strcat(usable, *usable == 0 ? "" : ", "), name);
    }
    return tell_error(EXIT_BAD_INPUT, code_of(BG_UNKNOWN_KERNELS),
                      "There are no kernels \"%.40s\" that this machine can run; it can run %s.",
                      asked == NULL ? "" : asked, usable);
}

static void tell_model(const bg_model_info *info) {
    line_object("model");
    line_string("family", info->generative ? "generative" : "discriminative");
    line_boolean("independent", info->independent != 0);
    line_integer("words", info->words);
    line_integer("inputs", info->inputs);
    line_integer("hidden", info->hidden);
    line_integer("classes", info->classes);
    line_integer("parts", info->parts);
    if (info->offset_range < 0)
        line_null("offset_range");
    else
        line_word("offset_range", (double)info->offset_range);
    line_integer("private_bytes", info->private_bytes);
    line_object_end();
}

static void tell_options(const run_options *options) {
    line_object("options");
    line_integer("batch", options->batch);
    line_integer("threads", options->threads);
    line_boolean("input_table", options->input_table);
    line_boolean("pack_head", options->pack_head);
    line_integer("warmup", options->time ? options->warmup : 0);
    line_integer("repeat", options->time ? options->repeat : 0);
    line_integer("least_ms", options->time ? options->least_ms : 0);
    if (options->core == NO_CORE)
        line_null("core");
    else
        line_integer("core", options->core);
    line_object_end();
}

static void tell_texts(const bg_token_file *tokens, size_t texts) {
    uint64_t words = 0, longest = 0;
    for (size_t i = 0; i < texts; i++) {
        const uint64_t count = bg_token_file_text(tokens, i).count;
        words += count;
        if (count > longest)
            longest = count;
    }
    line_object("texts");
    line_integer("texts", texts);
    line_integer("words", words);
    line_integer("longest", longest);
    line_object_end();
}

static int tell_end(void) {
    line_open("end");
    line_boolean("ok", 1);
    line_integer("lines", output_lines() + 1);
    line_close();
    return EXIT_DONE;
}

static int probe(const run_options *options) {
    const char *kernels = choose_kernels(options->kernels);
    if (kernels == NULL)
        return tell_unknown_kernels(options);
    tell_program(kernels);
    line_null("model");
    line_null("options");
    line_null("texts");
    line_close();
    tell_memory();
    return tell_end();
}

/* What went wrong in the passes, where nothing was told yet. */
static int tell_status(bg_status status) {
    if (output_failed())
        return EXIT_FAILED;
    if (status == BG_CANCELLED)
        return tell_error(EXIT_INTERRUPTED, code_of(status), "The run was interrupted; it is not whole.");
    return tell_error(exit_of(status), code_of(status), "The run failed: %s.", bg_status_text(status));
}

static void tell_sums(const pass_sums *sums, size_t texts) {
    line_open("checksum");
    line_integer("texts", texts);
    if (sums->labelled)
        line_integer("right", sums->right);
    else
        line_null("right");
    line_integer("guarded", sums->guarded);
    line_hexadecimal("checksum", sums->checksum);
    line_close();
}

/* Timed passes: so many as are asked for, and more until the time is over. */
static bg_status time_passes(passes *p, const run_options *options) {
    bg_status status = BG_OK;
    for (uint32_t k = 0; k < options->warmup && status == BG_OK; k++)
        status = passes_time(p, -1);
    const uint64_t least = (uint64_t)options->least_ms * 1000000u;
    for (uint32_t k = 0; status == BG_OK && (k < options->repeat || passes_timed_ns(p) < least); k++) {
        output_flush();
        status = passes_time(p, (int64_t)k);
    }
    if (status == BG_OK)
        passes_look(p);
    return status;
}

static bg_status measure(passes *p, const run_options *options, bg_model *model, const bg_token_file *tokens,
                         size_t texts) {
    pass_sums sums;
    bg_status status = BG_OK;
    if (options->predictions || options->checksum)
        status = passes_check(p, options->predictions, &sums);
    if (status == BG_OK && options->checksum)
        tell_sums(&sums, texts);
    if (status == BG_OK && options->time)
        status = time_passes(p, options);
    if (status == BG_OK && options->shares)
        status = tell_shares(model, p, texts);
    if (status == BG_OK && options->trace != NO_TEXT)
        status = tell_trace(model, bg_token_file_text(tokens, options->trace));
    return status;
}

static int run_texts(const run_options *options, bg_model *model, const bg_token_file *tokens) {
    bg_model_info info;
    bg_model_describe(model, &info);
    const size_t all = tokens->texts;
    const size_t texts = options->limit == 0 || options->limit > all ? all : options->limit;
    if (tokens->words != info.words)
        return tell_error(EXIT_BAD_INPUT, "other-vocabulary",
                          "The texts are of a vocabulary of %lu words, the model is of one of %lu.",
                          (unsigned long)tokens->words, (unsigned long)info.words);
    if (options->trace != NO_TEXT && options->trace >= texts)
        return tell_error(EXIT_BAD_INPUT, "usage", "--trace takes a text below %lu.", (unsigned long)texts);
    if (options->core != NO_CORE && use_core(options->core) != 0)
        return tell_error(EXIT_BAD_INPUT, "bad-argument", "The program cannot be kept on core %lu.",
                          (unsigned long)options->core);
    passes *p;
    bg_status status = passes_open(model, tokens, texts, options->batch, options->threads, &p);
    if (status != BG_OK)
        return tell_status(status);
    tell_program(info.kernels);
    tell_model(&info);
    tell_options(options);
    tell_texts(tokens, texts);
    line_close();
    passes_watch(p, &options->watch);
    status = measure(p, options, model, tokens, texts);
    if (status == BG_OK)
        tell_memory();
    passes_close(p);
    return status == BG_OK ? tell_end() : tell_status(status);
}

static int tell_refused(const char *path, bg_status status, const bg_refusal *refusal) {
    const char *why = refusal->message[0] != 0 ? refusal->message : bg_status_text(status);
    return tell_error(exit_of(status), code_of(status), "%.200s: %s.", path, why);
}

static int run(const run_options *options) {
    const bg_options wanted = {options->kernels, options->input_table, options->pack_head};
    bg_refusal refusal = {0, 0, ""};
    bg_model *model;
    bg_token_file tokens;
    bg_status status = bg_model_open_file(options->model, &wanted, &model, &refusal);
    if (status == BG_UNKNOWN_KERNELS)
        return tell_unknown_kernels(options);
    if (status != BG_OK)
        return tell_refused(options->model, status, &refusal);
    int exit_code;
    status = bg_token_file_open(options->tokens, &tokens, &refusal);
    if (status != BG_OK) {
        exit_code = tell_refused(options->tokens, status, &refusal);
    } else {
        exit_code = run_texts(options, model, &tokens);
        bg_token_file_close(&tokens);
    }
    bg_model_close(model);
    return exit_code;
}

static int act(const run_options *options) {
    if (options->help) {
        output_text(usage_text);
        return EXIT_DONE;
    }
    if (options->version) {
        output_text("bitgauge-run " BG_RUNTIME_VERSION ", protocol 3\n");
        return EXIT_DONE;
    }
    return options->probe ? probe(options) : run(options);
}

int main(int count, char **arguments) {
    run_options options;
    stop_prepare();
    int exit_code = read_options(count, arguments, &options);
    if (exit_code == 0)
        exit_code = act(&options);
    return output_flush() == 0 ? exit_code : tell_output_failure();
}
