/* Reads what JavaScript passes. Everything that is not as the call wants it throws Failure with BG_BAD_ARGUMENT. */
#ifndef BG_ADDON_ARGUMENTS_H
#define BG_ADDON_ARGUMENTS_H

#include "failure.h"
#include <cstddef>
#include <vector>

class Arguments {
  public:
    Arguments(napi_env env, napi_callback_info info);
    napi_value operator[](size_t index) const; /* undefined behind the last */

  private:
    static constexpr size_t most = 6;
    size_t count_ = most;
    napi_value values_[most];
};

napi_valuetype type_of(napi_env env, napi_value value);

/* A property of an object; undefined where the object is undefined itself. */
napi_value property(napi_env env, napi_value object, const char *name);

/* A whole number from `least` to `most`; `missing` for undefined. */
uint32_t whole(napi_env env, napi_value value, const char *name, uint32_t least, uint32_t most, uint32_t missing);

/* undefined is false */
bool truth(napi_env env, napi_value value, const char *name);

std::string text(napi_env env, napi_value value, const char *name);

struct Bytes {
    const uint8_t *data;
    size_t length;
};

/* A Uint8Array or Buffer; valid until JavaScript runs again. */
Bytes bytes(napi_env env, napi_value value, const char *name);

/* A copy of a Uint16Array or Uint32Array: what JavaScript does to it later does not matter. */
std::vector<uint32_t> numbers(napi_env env, napi_value value, const char *name);

napi_value number_value(napi_env env, double value);
napi_value text_value(napi_env env, const char *value);
void set_property(napi_env env, napi_value object, const char *name, napi_value value);

/* A typed array with a copy of the data. */
napi_value typed_array(napi_env env, napi_typedarray_type type, const void *data, size_t count, size_t element_bytes);

#endif
