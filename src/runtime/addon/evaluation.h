#ifndef BG_ADDON_EVALUATION_H
#define BG_ADDON_EVALUATION_H

#include <node_api.h>

/*
 * evaluate(model, words, offsets, { threads, batch }, progress): { job, result }
 *
 * progress(done)  of the texts, now and then
 * result          { predicted [texts], guarded [texts], common [texts], values [texts, classes], scores [texts,
 * classes] }
 */
napi_value evaluate(napi_env env, napi_callback_info info);

#endif
