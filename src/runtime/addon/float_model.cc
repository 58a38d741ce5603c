#include "float_model.h"
#include <algorithm>
#include <cstdlib>
#include <utility>
#ifdef __linux__
#include <sys/mman.h>
#endif

static const napi_type_tag float_tag = {0x51c09a7e3b2d4f86u, 0xa8e6137bd05c92f4u};

/* Words whose input half a thread computes at a time. */
static const size_t share = 8 * BG_COLLECTED;

static const size_t most_kept = 256u << 20;
static const size_t huge_page = 2u << 20;

/*
 * The largest memory that steps were kept in last. The system may take its pages while it lies here; where it has not,
 * the next profile is spared the zeros that it would get in new ones, which takes as long as a pass over the texts.
 */
static struct {
    std::mutex lock;
    void *memory = nullptr;
    size_t bytes = 0;
} spare;

/* Of at least `bytes`, which becomes what it has; null where there is none. */
static void *take_spare(size_t &bytes) {
    std::lock_guard<std::mutex> lock(spare.lock);
    if (spare.bytes < bytes)
        return nullptr;
    bytes = spare.bytes;
    spare.bytes = 0;
    return std::exchange(spare.memory, nullptr);
}

/* The system is told that nothing in it is needed; where it cannot be told, the memory is given back. */
static void leave_spare(void *memory, size_t bytes) {
#ifdef MADV_FREE
    if (madvise(memory, bytes, MADV_FREE) == 0) {
        std::lock_guard<std::mutex> lock(spare.lock);
        if (bytes > spare.bytes) {
            std::swap(memory, spare.memory);
            spare.bytes = bytes;
        }
    }
#else
    (void)bytes;
#endif
    std::free(memory);
}

std::shared_ptr<KeptSteps> KeptSteps::of(const bg_collector *collector, size_t steps) {
    if (steps == 0 || steps > most_kept / (bg_kept_floats(collector, 1) * sizeof(float)))
        return nullptr;
    size_t bytes = (bg_kept_floats(collector, steps) * sizeof(float) + huge_page - 1) / huge_page * huge_page;
    void *memory = take_spare(bytes);
    if (memory == nullptr && posix_memalign(&memory, huge_page, bytes) != 0)
        return nullptr;
#ifdef MADV_HUGEPAGE
    /* Thousands of page faults less; where that is refused, nothing is lost. */
    (void)madvise(memory, bytes, MADV_HUGEPAGE);
#endif
    return std::make_shared<KeptSteps>(memory, bytes);
}

KeptSteps::~KeptSteps() { leave_spare(memory_, bytes_); }

static void succeed(bg_status status) {
    if (status != BG_OK)
        throw Failure{status, bg_status_text(status)};
}

FloatModel::FloatModel(const bg_float_arrays &arrays, const std::vector<uint32_t> &tabled, const std::string &kernels)
    : words_(arrays.words), classes_(arrays.classes), tabled_(tabled.size()),
      embedding_(arrays.embedding, arrays.embedding + size_t(arrays.words) * arrays.inputs) {
    bg_float_arrays kept = arrays;
    kept.embedding = embedding_.data();
    succeed(bg_collector_open(&kept, tabled.data(), tabled.size(), kernels.c_str(), &collector_));
}

FloatModel::~FloatModel() { bg_collector_close(collector_); }

void FloatModel::fill() {
    std::unique_lock<std::mutex> lock(filling_);
    while (next_ < tabled_) {
        size_t first = next_, some = std::min(share, tabled_ - first);
        next_ += some;
        lock.unlock();
        bg_status status = bg_collector_fill(collector_, first, some);
        lock.lock();
        done_ += some;
        if (status != BG_OK)
            status_ = status;
        filled_.notify_all();
    }
    filled_.wait(lock, [this] { return done_ == tabled_; });
    succeed(status_);
}

namespace {

struct Holder {
    std::shared_ptr<FloatModel> model;
};

void finalize_float(napi_env, void *data, void *) { delete static_cast<Holder *>(data); }

Holder *holder_of(napi_env env, napi_value object) {
    bool is = false;
    if (type_of(env, object) == napi_object)
        check(env, napi_check_object_type_tag(env, object, &float_tag, &is));
    void *data = nullptr;
    if (!is || napi_unwrap(env, object, &data) != napi_ok)
        throw bad_argument("the first argument is no open float model");
    return static_cast<Holder *>(data);
}

/* What a Float32Array of so many numbers has; valid until JavaScript runs again. */
const float *floats(napi_env env, napi_value arrays, const char *name, uint64_t count) {
    napi_value value = property(env, arrays, name);
    napi_typedarray_type type = napi_int8_array;
    void *data = nullptr;
    size_t length = 0;
    bool is = false;
    check(env, napi_is_typedarray(env, value, &is));
    if (is)
        check(env, napi_get_typedarray_info(env, value, &type, &length, &data, nullptr, nullptr));
    if (!is || type != napi_float32_array || length != count)
        throw bad_argument(std::string(name) + " is no Float32Array of " + std::to_string(count) + " numbers");
    return static_cast<const float *>(data);
}

bg_float_arrays arrays_of(napi_env env, napi_value given) {
    const uint32_t most = 1u << 20;
    auto size = [&](const char *name, uint32_t least) {
        return whole(env, property(env, given, name), name, least, most, least);
    };
    bg_float_arrays arrays = {};
    arrays.words = size("words", 1);
    arrays.inputs = size("inputs", 1);
    arrays.hidden = size("hidden", 1);
    arrays.rows = size("rows", 0);
    arrays.classes = size("classes", 0);
    arrays.pooling = static_cast<bg_pooling>(whole(env, property(env, given, "pooling"), "pooling", 0, 2, 0));
    uint64_t gates = 4 * uint64_t(arrays.hidden), rows = arrays.rows;
    arrays.embedding = floats(env, given, "embedding", uint64_t(arrays.words) * arrays.inputs);
    arrays.kernel = floats(env, given, "kernel", (uint64_t(arrays.inputs) + arrays.hidden) * gates);
    arrays.bias = floats(env, given, "bias", gates);
    if (rows > 0) {
        arrays.head = floats(env, given, "head", rows * arrays.hidden);
        arrays.head_bias = floats(env, given, "headBias", rows);
    }
    if (rows > 0 && arrays.classes > 0)
        arrays.label_table = floats(env, given, "labelTable", rows * arrays.classes);
    return arrays;
}

} // namespace

std::shared_ptr<FloatModel> float_model_of(napi_env env, napi_value object) {
    std::shared_ptr<FloatModel> model = holder_of(env, object)->model;
    if (model == nullptr)
        throw bad_argument("the float model is closed");
    return model;
}

napi_value open_float(napi_env env, napi_callback_info info) {
    return guarded(env, [&] {
        Arguments given(env, info);
        napi_value kernels = property(env, given[2], "kernels");
        std::string name = type_of(env, kernels) == napi_undefined ? "" : text(env, kernels, "kernels");
        std::vector<uint32_t> tabled = numbers(env, given[1], "tabled");
        std::unique_ptr<Holder> holder(new Holder);
        holder->model = std::make_shared<FloatModel>(arrays_of(env, given[0]), tabled, name);
        const char *used = bg_collector_kernels_name(holder->model->get());
        napi_value opened, model;
        check(env, napi_create_object(env, &opened));
        check(env, napi_create_object(env, &model));
        check(env, napi_type_tag_object(env, model, &float_tag));
        check(env, napi_wrap(env, model, holder.get(), finalize_float, nullptr, nullptr));
        holder.release();
        set_property(env, opened, "model", model);
        set_property(env, opened, "kernels", text_value(env, used));
        return opened;
    });
}

napi_value close_float(napi_env env, napi_callback_info info) {
    return guarded(env, [&] {
        holder_of(env, Arguments(env, info)[0])->model.reset();
        napi_value nothing;
        check(env, napi_get_undefined(env, &nothing));
        return nothing;
    });
}
