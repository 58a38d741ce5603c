#include "signals.h"
#include "run.h"
#include "tally.h"

namespace {

const size_t sites = BG_TRACE_HEAD_OUTPUT + 1;
const int32_t widest = 65536;

/* Tallies of all sites of all parts. */
using Tallies = std::vector<Tally>;

/* bg_evaluate of many texts with a trace that is counted. */
class Counting : public Run {
  public:
    Counting(std::shared_ptr<const OpenModel> model, Texts texts, Options options, const std::vector<Grid> &grids,
             uint32_t wanted)
        : Run(std::move(model), std::move(texts), options), wanted_(wanted), grids_(grids),
          tallies_(grids.begin(), grids.end()) {}

  protected:
    class Side : public Worker {
      public:
        explicit Side(Counting &run)
            : run_(run), tallies_(run.grids_.begin(), run.grids_.end()), results_(run.batch()),
              values_(run.batch() * run.info().classes) {
            size_t bytes = bg_workspace_bytes(run.model(), run.batch()), more = bg_trace_bytes(run.model());
            memory_ = aligned_memory(bytes);
            trace_ = aligned_memory(more);
            succeed(bg_workspace_place(run.model(), run.batch(), memory_.get(), bytes, &workspace_));
            succeed(bg_trace_start(run.model(), workspace_, trace_.get(), more, told, this));
            bg_trace_only(workspace_, run.wanted_);
        }
        ~Side() override {
            std::lock_guard<std::mutex> lock(run_.together);
            for (size_t k = 0; k < tallies_.size(); k += 1)
                run_.tallies_[k].add(tallies_[k]);
        }
        void work(size_t first, size_t some) override {
            succeed(bg_evaluate(run_.model(), workspace_, run_.texts() + first, some, results_.data(), values_.data(),
                                nullptr));
            if (broken_)
                throw bad_argument("an integer is outside the grid that was given for its site");
        }

      private:
        static void told(void *context, const bg_trace_record *record) {
            Side *side = static_cast<Side *>(context);
            size_t place = record->part * sites + record->what;
            if (place >= side->tallies_.size() || !side->tallies_[place].add(*record))
                side->broken_ = true;
        }
        static void succeed(bg_status status) {
            if (status != BG_OK)
                throw Failure{status, bg_status_text(status)};
        }
        Counting &run_;
        Tallies tallies_;
        std::vector<bg_result> results_;
        std::vector<double> values_;
        AlignedMemory memory_, trace_;
        bg_workspace *workspace_ = nullptr;
        bool broken_ = false;
    };

    std::unique_ptr<Worker> worker() override { return std::unique_ptr<Worker>(new Side(*this)); }

    napi_value result(napi_env env) override {
        napi_value list, nothing;
        check(env, napi_create_array_with_length(env, tallies_.size(), &list));
        check(env, napi_get_undefined(env, &nothing));
        for (size_t k = 0; k < tallies_.size(); k += 1) {
            std::vector<double> figures = tallies_[k].figures();
            napi_value one =
                tallies_[k].empty() ? nothing : typed_array(env, napi_float64_array, figures.data(), figures.size(), 8);
            check(env, napi_set_element(env, list, uint32_t(k), one));
        }
        return list;
    }

  private:
    uint32_t wanted_;
    std::vector<Grid> grids_;
    Tallies tallies_;
};

std::vector<Grid> grids_of(napi_env env, napi_value value, size_t parts) {
    napi_typedarray_type type = napi_uint8_array;
    void *data = nullptr;
    size_t length = 0;
    if (napi_get_typedarray_info(env, value, &type, &length, &data, nullptr, nullptr) != napi_ok ||
        type != napi_int32_array || length != 3 * parts * sites || data == nullptr)
        throw bad_argument("grids is no Int32Array of three numbers a site of each part");
    const int32_t *numbers = static_cast<const int32_t *>(data);
    std::vector<Grid> grids(parts * sites);
    for (size_t k = 0; k < grids.size(); k += 1) {
        grids[k] = {numbers[3 * k], numbers[3 * k + 1], numbers[3 * k + 2]};
        const Grid &grid = grids[k];
        if (grid.kind < 0 || grid.kind > 2 || grid.low < -widest || grid.high > widest || grid.low > grid.high)
            throw bad_argument("a grid of grids is none");
    }
    return grids;
}

} // namespace

napi_value count_signals(napi_env env, napi_callback_info info) {
    return guarded(env, [&] {
        Arguments given(env, info);
        std::shared_ptr<const OpenModel> model = run_model(env, given);
        Texts texts = run_texts(env, given, *model);
        Run::Options options = run_options(env, given);
        uint32_t wanted =
            whole(env, property(env, given[3], "sites"), "sites", 0, (1u << sites) - 1, (1u << sites) - 1);
        std::vector<Grid> grids = grids_of(env, property(env, given[3], "grids"), model->info().parts);
        std::shared_ptr<Run> run(new Counting(model, std::move(texts), options, grids, wanted));
        return Run::start(env, run, given[4]);
    });
}
