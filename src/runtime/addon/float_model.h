/* A float model that is open for a collector of activation profiles. */
#ifndef BG_ADDON_FLOAT_MODEL_H
#define BG_ADDON_FLOAT_MODEL_H

#include "arguments.h"
#include "collector.h"
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>

/* The pre-activations of texts, from the first pass over them to the second. */
class KeptSteps {
  public:
    /* Null where they are more than 256 MiB, or than there is memory. */
    static std::shared_ptr<KeptSteps> of(const bg_collector *collector, size_t steps);
    KeptSteps(void *memory, size_t bytes) : memory_(memory), bytes_(bytes) {}
    ~KeptSteps();
    KeptSteps(const KeptSteps &) = delete;
    KeptSteps &operator=(const KeptSteps &) = delete;

    float *data() const { return static_cast<float *>(memory_); }
    /* of the texts that they are of */
    std::vector<uint32_t> words, offsets;

  private:
    void *memory_;
    size_t bytes_;
};

class FloatModel {
  public:
    FloatModel(const bg_float_arrays &arrays, const std::vector<uint32_t> &tabled, const std::string &kernels);
    ~FloatModel();
    FloatModel(const FloatModel &) = delete;
    FloatModel &operator=(const FloatModel &) = delete;

    const bg_collector *get() const { return collector_; }
    uint32_t words() const { return words_; }
    uint32_t classes() const { return classes_; }
    /* Every thread takes its share of the table, then waits for the others; at once where it is filled. */
    void fill();
    /* Of the last first pass; for JavaScript's thread. */
    std::shared_ptr<KeptSteps> kept;

  private:
    uint32_t words_, classes_;
    size_t tabled_;
    std::vector<float> embedding_;
    bg_collector *collector_ = nullptr;
    std::mutex filling_;
    std::condition_variable filled_;
    size_t next_ = 0, done_ = 0;
    bg_status status_ = BG_OK;
};

std::shared_ptr<FloatModel> float_model_of(napi_env env, napi_value object);

/* openFloat(arrays, tabled, { kernels }): { model, kernels } */
napi_value open_float(napi_env env, napi_callback_info info);
/* closeFloat(model); twice is once */
napi_value close_float(napi_env env, napi_callback_info info);

#endif
