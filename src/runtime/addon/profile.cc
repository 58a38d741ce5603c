#include "profile.h"
#include "float_model.h"
#include "run.h"
#include <algorithm>

namespace {

const size_t sites = BG_SITES;
const uint32_t most_bins = 65536;

using Labels = std::vector<uint32_t>; /* [texts, 2], or empty */

/* A pass of a collector over many texts. */
class Pass : public Run {
  public:
    Pass(std::shared_ptr<FloatModel> model, Texts texts, Options options, Labels labels,
         std::vector<bg_site_range> within, uint32_t bins)
        : Run(nullptr, std::move(texts), options), model_(std::move(model)), labels_(std::move(labels)),
          within_(std::move(within)), bins_(bins), ranges_(sites), histograms_(sites * size_t(bins)),
          moments_(bins > 0 ? count() * sites * 2 : 0), steps_before_(count() + 1) {
        for (size_t k = 0; k < count(); k += 1)
            steps_before_[k + 1] = steps_before_[k] + this->texts()[k].count;
        bins > 0 ? take_kept() : keep();
    }

  protected:
    class Side : public Worker {
      public:
        explicit Side(Pass &pass) : pass_(pass), moments_(pass.bins_ > 0 ? BG_COLLECTED * sites * 2 : 0) {
            pass.model_->fill();
            const bg_site_range *within = pass.bins_ > 0 ? pass.within_.data() : nullptr;
            succeed(bg_side_open(pass.model_->get(), within, pass.bins_, &side_));
        }
        ~Side() override {
            std::lock_guard<std::mutex> lock(pass_.together);
            pass_.bins_ > 0 ? add_histograms() : add_ranges();
            bg_side_close(side_);
        }
        void work(size_t first, size_t some) override {
            bg_collected_text texts[BG_COLLECTED];
            for (size_t k = 0; k < some; k += 1) {
                const uint32_t *labels = pass_.labels_.data() + 2 * size_t(pass_.original(uint32_t(first + k)));
                texts[k] = {pass_.texts()[first + k], pass_.labels_.empty() ? 0 : labels[0],
                            pass_.labels_.empty() ? 0 : labels[1]};
            }
            succeed(
                bg_side_read(side_, texts, some, pass_.kept_from(first), moments_.empty() ? nullptr : moments_.data()));
            for (size_t k = 0; k < some && !moments_.empty(); k += 1)
                std::copy_n(moments_.data() + k * sites * 2, sites * 2,
                            pass_.moments_.data() + size_t(pass_.original(first + k)) * sites * 2);
        }

      private:
        void add_ranges() {
            const bg_site_range *own = bg_side_ranges(side_);
            for (size_t site = 0; site < sites; site += 1) {
                bg_site_range &all = pass_.ranges_[site];
                if (own[site].count > 0 && (all.count == 0 || own[site].min < all.min))
                    all.min = own[site].min;
                if (own[site].count > 0 && (all.count == 0 || own[site].max > all.max))
                    all.max = own[site].max;
                all.count += own[site].count;
            }
        }
        void add_histograms() {
            const uint32_t *own = bg_side_histograms(side_);
            for (size_t k = 0; k < pass_.histograms_.size(); k += 1)
                pass_.histograms_[k] += own[k];
        }
        static void succeed(bg_status status) {
            if (status != BG_OK)
                throw Failure{status, bg_status_text(status)};
        }
        Pass &pass_;
        std::vector<double> moments_;
        bg_collector_side *side_ = nullptr;
    };

    std::unique_ptr<Worker> worker() override { return std::unique_ptr<Worker>(new Side(*this)); }

    napi_value result(napi_env env) override {
        if (bins_ == 0)
            model_->kept = kept_;
        return bins_ > 0 ? counts(env) : ranges(env);
    }

  private:
    void keep() {
        kept_ = KeptSteps::of(model_->get(), steps_before_.back());
        if (kept_ != nullptr)
            kept_->words = given().words, kept_->offsets = given().offsets;
    }
    /* Once: they go with the pass that reads them. */
    void take_kept() {
        if (model_->kept != nullptr && model_->kept->words == given().words && model_->kept->offsets == given().offsets)
            kept_ = std::move(model_->kept);
    }
    /* Of texts from a place in the groups on. */
    float *kept_from(size_t place) const {
        return kept_ == nullptr ? nullptr : kept_->data() + bg_kept_floats(model_->get(), steps_before_[place]);
    }
    napi_value ranges(napi_env env) const {
        std::vector<double> numbers;
        for (const bg_site_range &range : ranges_)
            numbers.insert(numbers.end(), {double(range.count), double(range.min), double(range.max)});
        return typed_array(env, napi_float64_array, numbers.data(), numbers.size(), 8);
    }
    napi_value counts(napi_env env) const {
        napi_value object;
        check(env, napi_create_object(env, &object));
        set_property(env, object, "histograms",
                     typed_array(env, napi_uint32_array, histograms_.data(), histograms_.size(), 4));
        set_property(env, object, "moments", typed_array(env, napi_float64_array, moments_.data(), moments_.size(), 8));
        return object;
    }

    std::shared_ptr<FloatModel> model_;
    Labels labels_;
    std::vector<bg_site_range> within_;
    uint32_t bins_;
    std::vector<bg_site_range> ranges_;
    std::vector<uint32_t> histograms_;
    std::vector<double> moments_;      /* by text */
    std::vector<size_t> steps_before_; /* of the texts, by place in the groups */
    std::shared_ptr<KeptSteps> kept_;
};

Labels labels_of(napi_env env, napi_value value, size_t texts, uint32_t classes) {
    if (type_of(env, value) == napi_undefined)
        return {};
    Labels labels = numbers(env, value, "labels");
    if (labels.size() != 2 * texts)
        throw bad_argument("labels is not two numbers a text");
    for (size_t k = 0; k < labels.size(); k += 2)
        if (labels[k + 1] > classes || labels[k] > classes - labels[k + 1])
            throw bad_argument("a label of labels is none of the model");
    return labels;
}

std::vector<bg_site_range> ranges_of(napi_env env, napi_value value) {
    napi_typedarray_type type = napi_uint8_array;
    void *data = nullptr;
    size_t length = 0;
    if (napi_get_typedarray_info(env, value, &type, &length, &data, nullptr, nullptr) != napi_ok ||
        type != napi_float64_array || length != 3 * sites)
        throw bad_argument("ranges is no Float64Array of three numbers a site");
    const double *numbers = static_cast<const double *>(data);
    std::vector<bg_site_range> ranges;
    for (size_t k = 0; k < 3 * sites; k += 3) {
        if (!(numbers[k] >= 0 && numbers[k] <= 9e15 && numbers[k + 1] <= numbers[k + 2]))
            throw bad_argument("a range of ranges is none");
        ranges.push_back({uint64_t(numbers[k]), float(numbers[k + 1]), float(numbers[k + 2])});
    }
    return ranges;
}

napi_value start(napi_env env, napi_callback_info info, bool counts) {
    return guarded(env, [&] {
        Arguments given(env, info);
        std::shared_ptr<FloatModel> model = float_model_of(env, given[0]);
        Texts texts = texts_of(env, given, model->words());
        Run::Options options = run_options(env, given);
        options.batch = BG_COLLECTED;
        Labels labels = labels_of(env, property(env, given[3], "labels"), texts.offsets.size() - 1, model->classes());
        std::vector<bg_site_range> within;
        uint32_t bins = 0;
        if (counts) {
            within = ranges_of(env, property(env, given[3], "ranges"));
            bins = whole(env, property(env, given[3], "bins"), "bins", 1, most_bins, 0);
            if (bins == 0)
                throw bad_argument("bins is missing");
        }
        std::shared_ptr<Run> run(
            new Pass(model, std::move(texts), options, std::move(labels), std::move(within), bins));
        return Run::start(env, run, given[4]);
    });
}

} // namespace

napi_value find_ranges(napi_env env, napi_callback_info info) { return start(env, info, false); }

napi_value count_values(napi_env env, napi_callback_info info) { return start(env, info, true); }
