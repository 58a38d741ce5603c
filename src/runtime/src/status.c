#include "bitgauge.h"

const char *bg_status_text(bg_status status) {
    switch (status) {
    case BG_OK:
        return "no error";
    case BG_NO_MEMORY:
        return "not enough memory";
    case BG_CANNOT_READ:
        return "the file cannot be opened or read";
    case BG_NOT_THIS_FORMAT:
        return "the file is of another format";
    case BG_UNSUPPORTED_VERSION:
        return "the file is of a version of its format that this runtime does not know";
    case BG_DAMAGED:
        return "the file is damaged";
    case BG_INVALID:
        return "the file holds a value outside the limits of its format";
    case BG_TOO_LARGE:
        return "the file, or a sum that its model makes possible, is too large";
    case BG_NON_FINITE:
        return "the file holds NaN or infinity where a number must be";
    case BG_UNKNOWN_KERNELS:
        return "there are no kernels of this name, or this machine cannot run them";
    case BG_BAD_ARGUMENT:
        return "an argument is not one that the function allows";
    case BG_UNKNOWN_WORD:
        return "a text has a word outside the model's vocabulary";
    case BG_CANCELLED:
        return "cancelled";
    }
    return "an unknown status";
}
