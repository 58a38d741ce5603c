#include "open_model.h"
#include <cstdlib>
#include <cstring>
#include <new>
#ifdef _WIN32
#include <malloc.h>
#endif

static const napi_type_tag model_tag = {0x6d2f5a1be83c4a07u, 0x9b1e0c54d7f28a63u};

void FreeMemory::operator()(void *memory) const {
#ifdef _WIN32
    _aligned_free(memory);
#else
    std::free(memory);
#endif
}

AlignedMemory aligned_memory(size_t bytes) {
    size_t whole = (bytes + 63) / 64 * 64 + 64;
#ifdef _WIN32
    void *memory = _aligned_malloc(whole, 64);
#else
    void *memory = nullptr;
    if (posix_memalign(&memory, 64, whole) != 0)
        memory = nullptr;
#endif
    if (memory == nullptr)
        throw std::bad_alloc();
    return AlignedMemory(memory);
}

static void succeed(bg_status status, const bg_refusal &refusal) {
    if (status != BG_OK)
        throw Failure{status, refusal.message[0] == '\0' ? bg_status_text(status) : refusal.message, refusal.section,
                      refusal.part};
}

OpenModel::OpenModel(AlignedMemory file, size_t file_bytes, bg_model *model)
    : file_(std::move(file)), file_bytes_(file_bytes), model_(model) {
    bg_model_describe(model_, &info_);
}

OpenModel::~OpenModel() { bg_model_close(model_); }

std::shared_ptr<const OpenModel> OpenModel::of_bytes(Bytes file, const bg_options &options) {
    AlignedMemory copy = aligned_memory(file.length);
    if (file.length > 0)
        std::memcpy(copy.get(), file.data, file.length);
    bg_model *model = nullptr;
    bg_refusal refusal = {};
    succeed(bg_model_open(copy.get(), file.length, &options, &model, &refusal), refusal);
    return std::shared_ptr<const OpenModel>(new OpenModel(std::move(copy), file.length, model));
}

std::shared_ptr<const OpenModel> OpenModel::of_file(const std::string &path, const bg_options &options) {
    bg_model *model = nullptr;
    bg_refusal refusal = {};
    succeed(bg_model_open_file(path.c_str(), &options, &model, &refusal), refusal);
    return std::shared_ptr<const OpenModel>(new OpenModel(nullptr, 0, model));
}

int64_t OpenModel::memory() const { return static_cast<int64_t>(info_.private_bytes + file_bytes_); }

/* What the JavaScript object holds; empty when it was closed. */
struct Holder {
    std::shared_ptr<const OpenModel> model;
};

static void let_go(napi_env env, Holder *holder) {
    if (holder->model == nullptr)
        return;
    int64_t total = 0;
    napi_adjust_external_memory(env, -holder->model->memory(), &total);
    holder->model.reset();
}

static void finalize_model(napi_env env, void *data, void *) {
    Holder *holder = static_cast<Holder *>(data);
    let_go(env, holder);
    delete holder;
}

static Holder *holder_of(napi_env env, napi_value object) {
    bool is = false;
    if (type_of(env, object) == napi_object)
        check(env, napi_check_object_type_tag(env, object, &model_tag, &is));
    void *data = nullptr;
    if (!is || napi_unwrap(env, object, &data) != napi_ok)
        throw bad_argument("the first argument is no open model");
    return static_cast<Holder *>(data);
}

std::shared_ptr<const OpenModel> model_of(napi_env env, napi_value object) {
    std::shared_ptr<const OpenModel> model = holder_of(env, object)->model;
    if (model == nullptr)
        throw bad_argument("the model is closed");
    return model;
}

napi_value open_model(napi_env env, napi_callback_info info) {
    return guarded(env, [&] {
        Arguments given(env, info);
        napi_value kernels = property(env, given[1], "kernels");
        std::string name = type_of(env, kernels) == napi_undefined ? "" : text(env, kernels, "kernels");
        bg_options options = {};
        options.kernels = name.empty() ? nullptr : name.c_str();
        options.input_table = truth(env, property(env, given[1], "inputTable"), "inputTable");
        options.pack_head = truth(env, property(env, given[1], "packHead"), "packHead");
        std::unique_ptr<Holder> holder(new Holder);
        holder->model = type_of(env, given[0]) == napi_string
                            ? OpenModel::of_file(text(env, given[0], "the path"), options)
                            : OpenModel::of_bytes(bytes(env, given[0], "the model"), options);
        napi_value object;
        check(env, napi_create_object(env, &object));
        check(env, napi_type_tag_object(env, object, &model_tag));
        int64_t memory = holder->model->memory(), total = 0;
        check(env, napi_wrap(env, object, holder.get(), finalize_model, nullptr, nullptr));
        holder.release();
        check(env, napi_adjust_external_memory(env, memory, &total));
        return object;
    });
}

napi_value describe_model(napi_env env, napi_callback_info info) {
    return guarded(env, [&] {
        std::shared_ptr<const OpenModel> model = model_of(env, Arguments(env, info)[0]);
        const bg_model_info &found = model->info();
        napi_value object;
        check(env, napi_create_object(env, &object));
        const struct {
            const char *name;
            double value;
        } numbers[] = {{"generative", double(found.generative)},
                       {"independent", double(found.independent)},
                       {"words", double(found.words)},
                       {"inputs", double(found.inputs)},
                       {"hidden", double(found.hidden)},
                       {"classes", double(found.classes)},
                       {"parts", double(found.parts)},
                       {"privateBytes", double(found.private_bytes)},
                       {"offsetRange", double(found.offset_range)}};
        for (const auto &one : numbers)
            set_property(env, object, one.name, number_value(env, one.value));
        set_property(env, object, "kernels", text_value(env, found.kernels));
        return object;
    });
}

napi_value close_model(napi_env env, napi_callback_info info) {
    return guarded(env, [&] {
        Arguments given(env, info);
        let_go(env, holder_of(env, given[0]));
        napi_value nothing;
        check(env, napi_get_undefined(env, &nothing));
        return nothing;
    });
}
