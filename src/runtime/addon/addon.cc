/* The runtime for Node: src/compute/native/addon.ts has the types of what is exported here. */
#include "evaluation.h"
#include "float_model.h"
#include "open_model.h"
#include "profile.h"
#include "run.h"
#include "signals.h"

/* [{ name, usable }], fastest first */
static napi_value kernels(napi_env env) {
    napi_value list;
    check(env, napi_create_array(env, &list));
    for (uint32_t k = 0; bg_kernels_name(k) != nullptr; k += 1) {
        napi_value one, usable;
        check(env, napi_create_object(env, &one));
        check(env, napi_get_boolean(env, bg_kernels_usable(bg_kernels_name(k)) != 0, &usable));
        set_property(env, one, "name", text_value(env, bg_kernels_name(k)));
        set_property(env, one, "usable", usable);
        check(env, napi_set_element(env, list, k, one));
    }
    return list;
}

NAPI_MODULE_INIT() {
    return guarded(env, [&] {
        const struct {
            const char *name;
            napi_callback call;
        } calls[] = {{"open", open_model},         {"describe", describe_model},    {"close", close_model},
                     {"evaluate", evaluate},       {"countSignals", count_signals}, {"cancel", cancel_run},
                     {"openFloat", open_float},    {"closeFloat", close_float},     {"findRanges", find_ranges},
                     {"countValues", count_values}};
        for (const auto &one : calls) {
            napi_value call;
            check(env, napi_create_function(env, one.name, NAPI_AUTO_LENGTH, one.call, nullptr, &call));
            set_property(env, exports, one.name, call);
        }
        set_property(env, exports, "version", text_value(env, BG_RUNTIME_VERSION));
        set_property(env, exports, "kernels", kernels(env));
        return exports;
    });
}
