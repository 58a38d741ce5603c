#include "evaluation.h"
#include "run.h"

namespace {

/* bg_evaluate of many texts. */
class Evaluation : public Run {
  public:
    Evaluation(std::shared_ptr<const OpenModel> model, Texts texts, Options options)
        : Run(std::move(model), std::move(texts), options), results_(count()), values_(count() * info().classes),
          scores_(count() * info().classes) {}

  protected:
    class Side : public Worker {
      public:
        explicit Side(Evaluation &run) : run_(run), bytes_(bg_workspace_bytes(run.model(), run.batch())) {
            memory_ = aligned_memory(bytes_);
            succeed(bg_workspace_place(run.model(), run.batch(), memory_.get(), bytes_, &workspace_));
        }
        void work(size_t first, size_t some) override {
            size_t at = first * run_.info().classes;
            succeed(bg_evaluate(run_.model(), workspace_, run_.texts() + first, some, run_.results_.data() + first,
                                run_.values_.data() + at, run_.scores_.data() + at));
        }

      private:
        static void succeed(bg_status status) {
            if (status != BG_OK)
                throw Failure{status, bg_status_text(status)};
        }
        Evaluation &run_;
        size_t bytes_;
        AlignedMemory memory_;
        bg_workspace *workspace_ = nullptr;
    };

    std::unique_ptr<Worker> worker() override { return std::unique_ptr<Worker>(new Side(*this)); }

    napi_value result(napi_env env) override {
        size_t classes = info().classes;
        std::vector<uint32_t> predicted(count()), guarded(count());
        std::vector<double> common(count()), values(values_.size()), scores(scores_.size());
        for (size_t place = 0; place < count(); place += 1) {
            size_t text = original(place);
            predicted[text] = results_[place].predicted;
            guarded[text] = results_[place].guarded;
            common[text] = results_[place].common;
            for (size_t y = 0; y < classes; y += 1) {
                values[text * classes + y] = values_[place * classes + y];
                scores[text * classes + y] = scores_[place * classes + y];
            }
        }
        napi_value object;
        check(env, napi_create_object(env, &object));
        auto set = [&](const char *name, napi_typedarray_type type, const void *data, size_t length, size_t bytes) {
            set_property(env, object, name, typed_array(env, type, data, length, bytes));
        };
        set("predicted", napi_uint32_array, predicted.data(), predicted.size(), 4);
        set("guarded", napi_uint32_array, guarded.data(), guarded.size(), 4);
        set("common", napi_float64_array, common.data(), common.size(), 8);
        set("values", napi_float64_array, values.data(), values.size(), 8);
        set("scores", napi_float64_array, scores.data(), scores.size(), 8);
        return object;
    }

  private:
    /* by place */
    std::vector<bg_result> results_;
    std::vector<double> values_, scores_;
};

} // namespace

napi_value evaluate(napi_env env, napi_callback_info info) {
    return guarded(env, [&] {
        Arguments given(env, info);
        std::shared_ptr<const OpenModel> model = run_model(env, given);
        Texts texts = run_texts(env, given, *model);
        Run::Options options = run_options(env, given);
        std::shared_ptr<Run> run(new Evaluation(model, std::move(texts), options));
        return Run::start(env, run, given[4]);
    });
}
