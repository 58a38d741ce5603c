#include "tally.h"
#include <cstring>
#include <limits>

static const size_t lanes = 4;
/* Two tell a living site from a dead one. */
static const size_t most_different = 256;

Tally::Tally(const Grid &grid)
    : grid_(grid), size_(grid.kind == 1 ? size_t(int64_t(grid.high) - grid.low + 1) : 0), counts_(lanes * size_),
      min_(std::numeric_limits<float>::infinity()), max_(-std::numeric_limits<float>::infinity()) {}

bool Tally::add(const bg_trace_record &record) {
    if (grid_.kind == 1)
        return record.integers != nullptr && add_integers(record.integers, record.count);
    add_values(record);
    return true;
}

bool Tally::add_integers(const int32_t *integers, size_t count) {
    const int32_t low = grid_.low;
    const uint32_t size = uint32_t(size_);
    uint64_t *lane[lanes] = {&counts_[0], &counts_[size_], &counts_[2 * size_], &counts_[3 * size_]};
    for (size_t k = 0; k < count; k += 1) {
        uint32_t place = uint32_t(integers[k]) - uint32_t(low);
        if (place >= size)
            return false;
        lane[k % lanes][place] += 1;
    }
    seen_ += count;
    return true;
}

void Tally::add_values(const bg_trace_record &record) {
    for (size_t k = 0; k < record.count; k += 1) {
        float value = record.values[k] + 0.0f; /* no -0 */
        min_ = value < min_ ? value : min_;
        max_ = value > max_ ? value : max_;
        if (different_.size() < most_different) {
            uint32_t word;
            std::memcpy(&word, &value, 4);
            different_.insert(word);
        }
    }
    for (size_t k = 0; record.integers != nullptr && k < record.count; k += 1)
        ends_ += record.integers[k] == grid_.low || record.integers[k] == grid_.high;
    seen_ += record.count;
}

void Tally::add(const Tally &other) {
    seen_ += other.seen_;
    ends_ += other.ends_;
    min_ = other.min_ < min_ ? other.min_ : min_;
    max_ = other.max_ > max_ ? other.max_ : max_;
    for (size_t k = 0; k < counts_.size(); k += 1)
        counts_[k] += other.counts_[k];
    for (uint32_t word : other.different_)
        if (different_.size() < most_different)
            different_.insert(word);
}

std::vector<double> Tally::figures() const {
    if (grid_.kind != 1)
        return {double(seen_), double(min_), double(max_), double(different_.size()), double(ends_)};
    std::vector<double> counts(size_);
    for (size_t k = 0; k < counts_.size(); k += 1)
        counts[k % size_] += double(counts_[k]);
    return counts;
}
