/* What one site gave. */
#ifndef BG_ADDON_TALLY_H
#define BG_ADDON_TALLY_H

#include "bitgauge.h"
#include <unordered_set>
#include <vector>

struct Grid {
    int32_t kind; /* 0 float, 1 static, 2 dynamic */
    int32_t low, high;
};

class Tally {
  public:
    explicit Tally(const Grid &grid);
    /* False for integers outside the grid. */
    bool add(const bg_trace_record &record);
    /* Adds what another thread saw of the same site. */
    void add(const Tally &other);
    bool empty() const { return seen_ == 0; }
    std::vector<double> figures() const;

  private:
    bool add_integers(const int32_t *integers, size_t count);
    void add_values(const bg_trace_record &record);

    Grid grid_;
    uint64_t seen_ = 0, ends_ = 0;
    size_t size_; /* integers of a static grid */
    /* [lanes, size]: one after the other would wait for each other where a site has few integers */
    std::vector<uint64_t> counts_;
    float min_, max_;
    std::unordered_set<uint32_t> different_;
};

#endif
