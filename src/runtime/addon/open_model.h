/* A model that is open, and the JavaScript object that stands for it. */
#ifndef BG_ADDON_OPEN_MODEL_H
#define BG_ADDON_OPEN_MODEL_H

#include "arguments.h"
#include <memory>

struct FreeMemory {
    void operator()(void *memory) const;
};

/* At a multiple of 64 bytes. */
using AlignedMemory = std::unique_ptr<void, FreeMemory>;

AlignedMemory aligned_memory(size_t bytes);

/* Closed when the last of those that use it lets go: the object's owner, or an evaluation under way. */
class OpenModel {
  public:
    static std::shared_ptr<const OpenModel> of_bytes(Bytes file, const bg_options &options);
    static std::shared_ptr<const OpenModel> of_file(const std::string &path, const bg_options &options);
    ~OpenModel();
    OpenModel(const OpenModel &) = delete;
    OpenModel &operator=(const OpenModel &) = delete;

    const bg_model *get() const { return model_; }
    const bg_model_info &info() const { return info_; }
    /* that the model holds, its copy of the file included */
    int64_t memory() const;

  private:
    OpenModel(AlignedMemory file, size_t file_bytes, bg_model *model);
    AlignedMemory file_; /* null where it is mapped */
    size_t file_bytes_;
    bg_model *model_;
    bg_model_info info_;
};

/* open(bytes | path, { kernels, inputTable, packHead }) */
napi_value open_model(napi_env env, napi_callback_info info);
/* describe(model) */
napi_value describe_model(napi_env env, napi_callback_info info);
/* close(model): nothing where it is closed already; evaluations under way come to their end */
napi_value close_model(napi_env env, napi_callback_info info);

/* The model of a JavaScript object. Fails with BG_BAD_ARGUMENT where it is none, or closed. */
std::shared_ptr<const OpenModel> model_of(napi_env env, napi_value object);

#endif
