/*
 * Tries one of the sequences on every float32 word and prints its largest error, in units in the last place of the true
 * value, which libm's double function stands for (its own error is below 2^-28 of such a unit).
 *
 *     gcc -O2 -ffp-contract=off check_all.c -lm -o check_all && ./check_all exp && ./check_all log && ./check_all
 * sigmoid && ./check_all tanh
 */
#include <inttypes.h>
#include <stdio.h>

#include "sequences.h"

static double true_sigmoid(double x) { return 1.0 / (1.0 + exp(-x)); }

struct function {
    const char *name;
    float (*sequence)(float);
    double (*true_value)(double);
    /* words of the clamp's ends; an argument outside has the value of the nearer end, exp below it +0 */
    float low, high;
};

static double unit(double value) {
    int exponent;
    frexp(value, &exponent);
    return ldexp(1.0, (exponent - 1 < -126 ? -126 : exponent - 1) - 23);
}

int main(int count, char **names) {
    const struct function functions[] = {
        {"exp", exp_32, exp, from_word(0xc2aeac4f), 88.0f},
        {"log", log_32, log, 0x1p-126f, from_word(0x7f7fffff)},
        {"sigmoid", sigmoid_32, true_sigmoid, -40.0f, 40.0f},
        {"tanh", tanh_32, tanh, -10.0f, 10.0f},
    };
    for (int k = 0; k < 4; k++) {
        const struct function *f = &functions[k];
        if (count != 2 || strcmp(names[1], f->name) != 0)
            continue;
        uint64_t inside = 0, outside = 0, rounded = 0, above_one = 0, wrong_outside = 0, descents = 0;
        double largest = 0;
        float at = 0, before = 0;
        /* in the order of the numbers, from the most negative: words 0xff800000 down to 0x80000000, then 0 up to
         * 0x7f800000 */
        for (int64_t step = -0x7f800000LL; step <= 0x7f800000LL; step++) {
            float x = from_word(step <= 0 ? 0x80000000u + (uint32_t)-step : (uint32_t)step);
            float y = f->sequence(x);
            if (step > -0x7f800000LL && y < before)
                descents++;
            before = y;
            if (x < f->low || x > f->high) {
                float end = x > f->high ? f->sequence(f->high) : k == 0 ? 0.0f : f->sequence(f->low);
                outside++;
                if (to_word(y) != to_word(end))
                    wrong_outside++;
                continue;
            }
            inside++;
            double value = f->true_value(x);
            if (y == (float)value) {
                rounded++;
                continue;
            }
            double error = fabs((double)y - value) / unit(value);
            if (error > 1)
                above_one++;
            if (error > largest)
                largest = error, at = x;
        }
        printf("%s: %" PRIu64 " inside, largest error %.4f ulp at 0x%08" PRIx32
               ", correctly rounded %.4f%%, above 1 ulp %" PRIu64 ", %" PRIu64 " outside of which %" PRIu64
               " wrong, steps down %" PRIu64 "\n",
               f->name, inside, largest, to_word(at), 100.0 * (double)rounded / (double)inside, above_one, outside,
               wrong_outside, descents);
    }
    return 0;
}
