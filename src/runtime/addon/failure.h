/*
 * What went wrong, as it is thrown inside the addon; at its border it becomes a JavaScript error with `status`,
 * `section` and `part`.
 */
#ifndef BG_ADDON_FAILURE_H
#define BG_ADDON_FAILURE_H

#include "bitgauge.h"
#include <node_api.h>
#include <string>

struct Failure {
    bg_status status;
    std::string message;
    /* of the file, where it was refused */
    uint32_t section = 0, part = 0;
};

inline Failure bad_argument(const std::string &message) { return {BG_BAD_ARGUMENT, message}; }

/* An exception of JavaScript's own is pending and is left as it is. */
struct Pending {};

/* Every call of Node-API goes through here, so that none of its failures is passed over. */
inline void check(napi_env env, napi_status status) {
    if (status == napi_ok)
        return;
    bool pending = false;
    if (napi_is_exception_pending(env, &pending) == napi_ok && pending)
        throw Pending{};
    throw bad_argument("an argument is of another type than the call takes");
}

/* The JavaScript error of a failure. */
napi_value error_of(napi_env env, const Failure &failure);

/* The failure that is being handled, whatever was thrown; for a catch block. */
Failure failure_now();

/* Runs the body of a function that JavaScript calls; what it throws is thrown on as an error. */
template <typename Body> napi_value guarded(napi_env env, Body body) {
    try {
        return body();
    } catch (const Pending &) {
    } catch (...) {
        napi_value error = error_of(env, failure_now());
        if (error != nullptr)
            napi_throw(env, error);
    }
    return nullptr;
}

#endif
