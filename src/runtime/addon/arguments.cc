#include "arguments.h"
#include <cmath>
#include <cstring>

Arguments::Arguments(napi_env env, napi_callback_info info) {
    check(env, napi_get_cb_info(env, info, &count_, values_, nullptr, nullptr));
}

/* Node-API fills what was not passed with undefined. */
napi_value Arguments::operator[](size_t index) const { return values_[index]; }

napi_valuetype type_of(napi_env env, napi_value value) {
    napi_valuetype type;
    check(env, napi_typeof(env, value, &type));
    return type;
}

napi_value property(napi_env env, napi_value object, const char *name) {
    if (type_of(env, object) == napi_undefined)
        return object;
    if (type_of(env, object) != napi_object)
        throw bad_argument("the options are no object");
    napi_value value;
    check(env, napi_get_named_property(env, object, name, &value));
    return value;
}

uint32_t whole(napi_env env, napi_value value, const char *name, uint32_t least, uint32_t most, uint32_t missing) {
    if (type_of(env, value) == napi_undefined)
        return missing;
    double number = -1;
    if (type_of(env, value) == napi_number)
        check(env, napi_get_value_double(env, value, &number));
    if (number >= least && number <= most && number == std::floor(number))
        return static_cast<uint32_t>(number);
    throw bad_argument(std::string(name) + " is no whole number from " + std::to_string(least) + " to " +
                       std::to_string(most));
}

bool truth(napi_env env, napi_value value, const char *name) {
    if (type_of(env, value) == napi_undefined)
        return false;
    bool answer = false;
    if (napi_get_value_bool(env, value, &answer) != napi_ok)
        throw bad_argument(std::string(name) + " is neither true nor false");
    return answer;
}

std::string text(napi_env env, napi_value value, const char *name) {
    size_t length = 0;
    if (napi_get_value_string_utf8(env, value, nullptr, 0, &length) != napi_ok)
        throw bad_argument(std::string(name) + " is no text");
    std::string found(length, '\0');
    check(env, napi_get_value_string_utf8(env, value, &found[0], length + 1, &length));
    if (found.find('\0') != std::string::npos)
        throw bad_argument(std::string(name) + " has a zero character");
    return found;
}

/* `element_bytes` of what the typed array holds; its length in elements. */
static Bytes typed_data(napi_env env, napi_value value, napi_typedarray_type *type) {
    void *data = nullptr;
    size_t length = 0;
    if (napi_get_typedarray_info(env, value, type, &length, &data, nullptr, nullptr) != napi_ok)
        throw bad_argument("no typed array where the call takes one");
    return {static_cast<const uint8_t *>(data), data == nullptr ? 0 : length};
}

Bytes bytes(napi_env env, napi_value value, const char *name) {
    napi_typedarray_type type = napi_int8_array;
    bool is = false;
    check(env, napi_is_typedarray(env, value, &is));
    Bytes found = is ? typed_data(env, value, &type) : Bytes{nullptr, 0};
    if (is && type == napi_uint8_array)
        return found;
    throw bad_argument(std::string(name) + " is no Uint8Array");
}

std::vector<uint32_t> numbers(napi_env env, napi_value value, const char *name) {
    napi_typedarray_type type = napi_int8_array;
    bool is = false;
    check(env, napi_is_typedarray(env, value, &is));
    Bytes found = is ? typed_data(env, value, &type) : Bytes{nullptr, 0};
    if (is && type == napi_uint32_array) {
        std::vector<uint32_t> copy(found.length);
        if (found.length > 0)
            std::memcpy(copy.data(), found.data, 4 * found.length);
        return copy;
    }
    if (is && type == napi_uint16_array) {
        const uint16_t *words = reinterpret_cast<const uint16_t *>(found.data);
        return std::vector<uint32_t>(words, words + found.length);
    }
    throw bad_argument(std::string(name) + " is neither a Uint16Array nor a Uint32Array");
}

napi_value number_value(napi_env env, double value) {
    napi_value number;
    check(env, napi_create_double(env, value, &number));
    return number;
}

napi_value text_value(napi_env env, const char *value) {
    napi_value made;
    check(env, napi_create_string_utf8(env, value, NAPI_AUTO_LENGTH, &made));
    return made;
}

void set_property(napi_env env, napi_value object, const char *name, napi_value value) {
    check(env, napi_set_named_property(env, object, name, value));
}

napi_value typed_array(napi_env env, napi_typedarray_type type, const void *data, size_t count, size_t element_bytes) {
    void *memory = nullptr;
    napi_value buffer, array;
    check(env, napi_create_arraybuffer(env, count * element_bytes, &memory, &buffer));
    if (count > 0)
        std::memcpy(memory, data, count * element_bytes);
    check(env, napi_create_typedarray(env, type, count, buffer, 0, &array));
    return array;
}
