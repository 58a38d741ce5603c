/*
 * Work on many texts in threads of its own. JavaScript hears of progress and gets a promise; it never waits.
 *
 * Texts are taken in groups, the longest first; a group's results depend on nothing but the group, so that neither the
 * number of threads nor their order shows.
 */
#ifndef BG_ADDON_RUN_H
#define BG_ADDON_RUN_H

#include "open_model.h"
#include <atomic>
#include <mutex>
#include <thread>

struct Texts {
    std::vector<uint32_t> words;
    std::vector<uint32_t> offsets; /* texts + 1 */
};

class Run {
  public:
    struct Options {
        uint32_t threads, batch;
    };

    /* `model` is null where the work is done on something else: then nothing here asks for it. */
    Run(std::shared_ptr<const OpenModel> model, Texts texts, Options options);
    virtual ~Run() = default;
    Run(const Run &) = delete;
    Run &operator=(const Run &) = delete;

    /* { job, result }: what `cancel` takes, and a promise. `run` is kept until its threads have ended. */
    static napi_value start(napi_env env, std::shared_ptr<Run> run, napi_value progress);

  protected:
    /* What one thread works with; made in the thread. */
    class Worker {
      public:
        virtual ~Worker() = default;
        /* texts `first` to `first + count` in the order of the groups */
        virtual void work(size_t first, size_t count) = 0;
    };

    virtual std::unique_ptr<Worker> worker() = 0;
    /* What the promise gives. */
    virtual napi_value result(napi_env env) = 0;

    const bg_model *model() const { return model_->get(); }
    const bg_model_info &info() const { return model_->info(); }
    uint32_t batch() const { return options_.batch; }
    const Texts &given() const { return given_; }
    size_t count() const { return sorted_.size(); }
    /* by place in the groups */
    const bg_text *texts() const { return sorted_.data(); }
    uint32_t original(size_t place) const { return order_[place]; }
    /* held while threads put together what each has */
    std::mutex together;

  private:
    friend napi_value cancel_run(napi_env env, napi_callback_info info);
    void sort();
    void spawn();
    void thread_body();
    void take_groups();
    void fail(const Failure &failure);
    void tell(bool last);
    static void heard(napi_env env, napi_value callback, void *context, void *data);
    static void ended(napi_env env, void *data, void *hint);
    void settle(napi_env env);

    std::shared_ptr<const OpenModel> model_;
    Texts given_;
    Options options_;
    std::vector<uint32_t> order_;
    std::vector<bg_text> sorted_;

    std::vector<std::thread> threads_;
    std::atomic<size_t> next_{0}, done_{0}, working_{0};
    std::atomic<bool> stop_{false}, telling_{false};
    std::mutex failing_;
    bool failed_ = false;
    Failure failure_{BG_OK, ""};
    napi_threadsafe_function tell_ = nullptr;
    napi_deferred deferred_ = nullptr;
};

/* cancel(job): its promise is then refused with BG_CANCELLED; nothing where it has ended */
napi_value cancel_run(napi_env env, napi_callback_info info);

/* From (model, words, offsets, { threads, batch }): arguments 0 to 3. */
std::shared_ptr<const OpenModel> run_model(napi_env env, const Arguments &given);
Texts run_texts(napi_env env, const Arguments &given, const OpenModel &model);
/* The same of a vocabulary of `words`. */
Texts texts_of(napi_env env, const Arguments &given, uint32_t words);
Run::Options run_options(napi_env env, const Arguments &given);

#endif
