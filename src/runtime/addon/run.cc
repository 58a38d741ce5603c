#include "run.h"
#include <algorithm>
#include <numeric>

static const napi_type_tag run_tag = {0x2b7c9d40e1f65a38u, 0x83d1f6a92c4e7b50u};

static const uint32_t most_threads = 256;
static const uint32_t most_texts_at_once = 1024;

Run::Run(std::shared_ptr<const OpenModel> model, Texts texts, Options options)
    : model_(std::move(model)), given_(std::move(texts)), options_(options) {
    sort();
}

/* Texts of a length side by side waste nothing, and the group that takes longest is begun first. */
void Run::sort() {
    size_t texts = given_.offsets.size() - 1;
    auto length = [&](uint32_t text) { return given_.offsets[text + 1] - given_.offsets[text]; };
    order_.resize(texts);
    std::iota(order_.begin(), order_.end(), 0u);
    std::stable_sort(order_.begin(), order_.end(), [&](uint32_t a, uint32_t b) { return length(a) > length(b); });
    sorted_.reserve(texts);
    for (uint32_t text : order_)
        sorted_.push_back({given_.words.data() + given_.offsets[text], length(text)});
}

/* What the thread-safe function keeps: the run, until its threads are gone. */
struct Kept {
    std::shared_ptr<Run> run;
};

static void finalize_job(napi_env, void *data, void *) { delete static_cast<std::weak_ptr<Run> *>(data); }

napi_value Run::start(napi_env env, std::shared_ptr<Run> run, napi_value progress) {
    if (type_of(env, progress) == napi_undefined)
        progress = nullptr;
    else if (type_of(env, progress) != napi_function)
        throw bad_argument("progress is no function");
    napi_value started, job, promise, name = text_value(env, "bitgauge runtime");
    check(env, napi_create_object(env, &started));
    check(env, napi_create_object(env, &job));
    check(env, napi_type_tag_object(env, job, &run_tag));
    std::unique_ptr<std::weak_ptr<Run>> seen(new std::weak_ptr<Run>(run));
    check(env, napi_wrap(env, job, seen.get(), finalize_job, nullptr, nullptr));
    seen.release();
    size_t groups = (run->count() + run->batch() - 1) / run->batch();
    size_t threads = std::max<size_t>(1, std::min<size_t>(run->options_.threads, groups));
    run->threads_.reserve(threads);
    check(env, napi_create_promise(env, &run->deferred_, &promise));
    set_property(env, started, "job", job);
    set_property(env, started, "result", promise);
    std::unique_ptr<Kept> kept(new Kept{run});
    check(env, napi_create_threadsafe_function(env, progress, nullptr, name, 0, threads, kept.get(), ended, run.get(),
                                               heard, &run->tell_));
    kept.release();
    run->working_ = threads;
    run->spawn();
    return started;
}

/* Threads that do not start leave their share to the others; where none does, the run has failed. */
void Run::spawn() {
    size_t wanted = working_;
    for (size_t k = 0; k < wanted; k += 1) {
        try {
            threads_.emplace_back([this] { thread_body(); });
        } catch (...) {
            Failure failure = failure_now();
            size_t missing = wanted - k;
            bool last = working_.fetch_sub(missing) == missing;
            if (k == 0)
                fail(failure);
            if (last)
                tell(true);
            for (; missing > 0; missing -= 1)
                napi_release_threadsafe_function(tell_, napi_tsfn_release);
            return;
        }
    }
}

void Run::thread_body() {
    try {
        take_groups();
    } catch (...) {
        fail(failure_now());
    }
    if (working_.fetch_sub(1) == 1)
        tell(true);
    napi_release_threadsafe_function(tell_, napi_tsfn_release);
}

void Run::take_groups() {
    std::unique_ptr<Worker> mine = worker();
    while (!stop_) {
        size_t first = next_.fetch_add(options_.batch);
        if (first >= count())
            return;
        size_t some = std::min<size_t>(options_.batch, count() - first);
        mine->work(first, some);
        done_ += some;
        tell(false);
    }
}

/* The first failure is the run's. */
void Run::fail(const Failure &failure) {
    std::lock_guard<std::mutex> lock(failing_);
    if (!failed_)
        failure_ = failure;
    failed_ = true;
    stop_ = true;
}

static char at_end;

/* One message of progress is on its way at a time; the last message is the end. */
void Run::tell(bool last) {
    if (!last && telling_.exchange(true))
        return;
    napi_call_threadsafe_function(tell_, last ? &at_end : nullptr, napi_tsfn_nonblocking);
}

void Run::heard(napi_env env, napi_value callback, void *context, void *data) {
    Run *run = static_cast<Run *>(context);
    run->telling_ = false;
    if (env == nullptr)
        return;
    if (data == &at_end)
        return run->settle(env);
    if (callback == nullptr)
        return;
    napi_value nothing, done;
    if (napi_get_undefined(env, &nothing) != napi_ok || napi_create_double(env, double(run->done_), &done) != napi_ok)
        return;
    /* What it throws is thrown on where nobody catches it: our own TypeScript throws nothing here. */
    napi_call_function(env, nothing, callback, 1, &done, nullptr);
}

void Run::settle(napi_env env) {
    if (!failed_ && stop_)
        fail({BG_CANCELLED, bg_status_text(BG_CANCELLED)});
    napi_value value = nullptr;
    if (!failed_) {
        try {
            value = result(env);
        } catch (...) {
            napi_value pending;
            napi_get_and_clear_last_exception(env, &pending);
            fail({BG_NO_MEMORY, bg_status_text(BG_NO_MEMORY)});
        }
    }
    if (!failed_)
        napi_resolve_deferred(env, deferred_, value);
    else if ((value = error_of(env, failure_)) != nullptr)
        napi_reject_deferred(env, deferred_, value);
}

/* The threads have let go, or the environment ends under them. */
void Run::ended(napi_env, void *data, void *) {
    std::unique_ptr<Kept> kept(static_cast<Kept *>(data));
    kept->run->stop_ = true;
    for (std::thread &thread : kept->run->threads_)
        thread.join();
}

napi_value cancel_run(napi_env env, napi_callback_info info) {
    return guarded(env, [&] {
        napi_value job = Arguments(env, info)[0], nothing;
        bool is = false;
        if (type_of(env, job) == napi_object)
            check(env, napi_check_object_type_tag(env, job, &run_tag, &is));
        void *data = nullptr;
        if (!is || napi_unwrap(env, job, &data) != napi_ok)
            throw bad_argument("the first argument is no evaluation");
        if (std::shared_ptr<Run> run = static_cast<std::weak_ptr<Run> *>(data)->lock())
            if (run->done_ < run->count())
                run->stop_ = true;
        check(env, napi_get_undefined(env, &nothing));
        return nothing;
    });
}

std::shared_ptr<const OpenModel> run_model(napi_env env, const Arguments &given) { return model_of(env, given[0]); }

Texts run_texts(napi_env env, const Arguments &given, const OpenModel &model) {
    return texts_of(env, given, model.info().words);
}

Texts texts_of(napi_env env, const Arguments &given, uint32_t words) {
    Texts texts{numbers(env, given[1], "words"), numbers(env, given[2], "offsets")};
    const std::vector<uint32_t> &offsets = texts.offsets;
    if (offsets.empty() || offsets.back() > texts.words.size() || !std::is_sorted(offsets.begin(), offsets.end()))
        throw bad_argument("offsets do not rise within the words, or there is none");
    uint32_t largest = texts.words.empty() ? 0 : *std::max_element(texts.words.begin(), texts.words.end());
    if (!texts.words.empty() && largest >= words)
        throw Failure{BG_UNKNOWN_WORD, std::string(bg_status_text(BG_UNKNOWN_WORD)) + ": " + std::to_string(largest)};
    return texts;
}

Run::Options run_options(napi_env env, const Arguments &given) {
    uint32_t cores = std::max(1u, std::thread::hardware_concurrency());
    napi_value threads = property(env, given[3], "threads"), batch = property(env, given[3], "batch");
    return {whole(env, threads, "threads", 1, most_threads, std::min(cores, most_threads)),
            whole(env, batch, "batch", 1, most_texts_at_once, 64)};
}
