#ifndef BG_ADDON_SIGNALS_H
#define BG_ADDON_SIGNALS_H

#include <node_api.h>

/*
 * countSignals(model, words, offsets, { threads, batch, grids, sites }, progress): { job, result }
 *
 * What the sites give while texts are evaluated.
 *
 * grids   Int32Array [parts, 14, 3]: of each site 0 float, 1 static, 2 dynamic; its lowest and highest integer
 * sites   bit k: site k is counted
 * result  [parts * 14] undefined where nothing was seen or wanted; static: how often each integer was there, the lowest
 * first; else count, smallest value, largest value, different values (as far as 256), integers at either end. All
 * Float64Array
 */
napi_value count_signals(napi_env env, napi_callback_info info);

#endif
