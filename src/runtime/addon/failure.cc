#include "failure.h"
#include <new>
#include <system_error>

static void set_number(napi_env env, napi_value object, const char *name, uint32_t value) {
    napi_value number;
    if (napi_create_uint32(env, value, &number) == napi_ok)
        napi_set_named_property(env, object, name, number);
}

napi_value error_of(napi_env env, const Failure &failure) {
    napi_value message, error;
    if (napi_create_string_utf8(env, failure.message.c_str(), NAPI_AUTO_LENGTH, &message) != napi_ok ||
        napi_create_error(env, nullptr, message, &error) != napi_ok)
        return nullptr;
    set_number(env, error, "status", failure.status);
    set_number(env, error, "section", failure.section);
    set_number(env, error, "part", failure.part);
    return error;
}

Failure failure_now() {
    try {
        throw;
    } catch (const Failure &failure) {
        return failure;
    } catch (const std::bad_alloc &) {
        return {BG_NO_MEMORY, bg_status_text(BG_NO_MEMORY)};
    } catch (const std::system_error &error) {
        return {BG_NO_MEMORY, std::string("no thread could be started: ") + error.what()};
    } catch (...) {
        return {BG_BAD_ARGUMENT, "the addon failed"};
    }
}
