#include <inttypes.h>

#include "little_endian.h"
#include "parse_refusal.h"
#include "parse_steps.h"
#include "sequences.h"

enum { HEADER_BYTES = 32, GRID_BYTES = 32 };

static const char *const names[BG_SITES] = {"input",  "hidden",    "gate-i",     "gate-f",     "gate-g",
                                            "gate-o", "sigmoid-i", "sigmoid-f",  "sigmoid-o",  "tanh-g",
                                            "tanh-c", "cell",      "head-input", "head-output"};

/* What a refusal of a site needs to say where it is. */
typedef struct {
    const char *name;
    uint32_t part;
    bg_refusal *refusal;
} place;

static bg_status invalid(const place *at, const char *what) {
    return bg_refuse(at->refusal, BG_INVALID, BG_SECTION_PART, at->part, "%s: %s", at->name, what);
}

static bg_site read_site(const uint8_t *record) {
    bg_site site = {.kind = (bg_site_kind)record[0]};
    site.bits = record[1];
    site.affine = record[2];
    site.power_of_two = record[3];
    site.low = bg_load_i32(record + 4);
    site.high = bg_load_i32(record + 8);
    site.zero = bg_load_i32(record + 12);
    site.scale = bg_load_f32(record + 16);
    site.reciprocal = bg_load_f32(record + 20);
    site.divisor = bg_load_i32(record + 24);
    return site;
}

static bg_status check_static(const bg_site *site, const uint8_t *record, const place *at) {
    if (!bg_all_zero(record + 2, 2) || !bg_all_zero(record + 24, 8))
        return invalid(at, "a static grid with bytes that version 1 does not know");
    if (site->zero < site->low || site->zero > site->high)
        return invalid(at, "a zero point that is not on its grid");
    if (!(site->scale >= 0x1p-40f && site->scale <= 0x1p+40f))
        return invalid(at, "a scale outside 2^-40 to 2^40");
    if (bg_to_word(1.0f / site->scale) != bg_to_word(site->reciprocal))
        return invalid(at, "a reciprocal that is not that of its scale");
    return BG_OK;
}

static bg_status check_dynamic(const bg_site *site, const uint8_t *record, const place *at) {
    if (site->affine > 1 || site->power_of_two > 1 || !bg_all_zero(record + 12, 12) || !bg_all_zero(record + 28, 4))
        return invalid(at, "a dynamic grid with bytes that version 1 does not know");
    int32_t half = (int32_t)1 << (site->bits - 1);
    int fits = site->affine ? site->divisor == 2 * half - 1 : site->divisor == half - 1 || site->divisor == half;
    if (!fits || (site->affine == 1) != (site->low == 0))
        return invalid(at, "ends or a divisor that are not those of its scheme");
    return BG_OK;
}

static bg_status check_site(const bg_site *site, const uint8_t *record, uint32_t width, const place *at) {
    if (record[0] > BG_SITE_DYNAMIC)
        return invalid(at, "a grid of an unknown kind");
    if (site->bits != width || (site->kind == BG_SITE_FLOAT) != (width == 0))
        return invalid(at, "a grid of another width than the model's");
    if (site->kind == BG_SITE_FLOAT)
        return bg_all_zero(record, GRID_BYTES) ? BG_OK : invalid(at, "a float site with a grid");
    int32_t steps = (int32_t)1 << width, low = site->low == 0 ? 0 : -steps / 2;
    if (site->low != low || site->high != low + steps - 1)
        return invalid(at, "ends that are not those of its width");
    return site->kind == BG_SITE_STATIC ? check_static(site, record, at) : check_dynamic(site, record, at);
}

bg_status bg_parse_grids(const uint8_t *record, const uint8_t *widths, uint32_t part, bg_parsed_part *parsed,
                         int *integer_bias, bg_refusal *refusal) {
    if (record[0] > 1 || record[1] > 1 || !bg_all_zero(record + 2, HEADER_BYTES - 2))
        return bg_refuse(refusal, BG_INVALID, BG_SECTION_PART, part, "bytes that version 1 does not know");
    parsed->shared_embedding = record[0];
    *integer_bias = record[1];
    for (int k = 0; k < BG_SITES; k++) {
        const uint8_t *grid = record + HEADER_BYTES + k * GRID_BYTES;
        const place at = {names[k], part, refusal};
        parsed->sites[k] = read_site(grid);
        bg_status status = check_site(&parsed->sites[k], grid, widths[k], &at);
        if (status != BG_OK)
            return status;
    }
    return BG_OK;
}
