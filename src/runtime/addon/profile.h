#ifndef BG_ADDON_PROFILE_H
#define BG_ADDON_PROFILE_H

#include <node_api.h>

/*
 * The two passes of a profile over the same texts; both { job, result }.
 *
 * labels     Uint32Array [texts, 2]: first class and number of classes under which a text's logits are looked at; left
 * out: none
 *
 * findRanges(model, words, offsets, { threads, labels }, progress)
 *     Float64Array [14, 3]: of each site how many values, the least and the largest
 *
 * countValues(model, words, offsets, { threads, labels, ranges, bins }, progress)
 *     { histograms: Uint32Array [14, bins], moments: Float64Array [texts, 14, 2] }, as bg_side_read says
 */
napi_value find_ranges(napi_env env, napi_callback_info info);
napi_value count_values(napi_env env, napi_callback_info info);

#endif
