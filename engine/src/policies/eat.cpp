// EAT (arXiv 2509.26522, xidulu/EAT): after every paragraph, the entropy of what the model would write next if its
// thinking were over; when its exponentially weighted variance has settled, the thinking ends.
#include "policies/chunks.h"
#include "policies/policy.h"

namespace laconic {

namespace {

class eat final : public policy {
public:
    eat(const eat_technique& technique, const vocabulary& words)
        : how_(technique), words_(words),
          closing_(words.encode(technique.closing, false)), probe_{words.encode(technique.probe, false), 0, {}, {}},
          paragraphs_(technique.delimiter) {}

    action decide(decision_point& point, const progress& so_far) override {
        drawn_ = point.draw();
        if (!so_far.thinking || drawn_ == no_token) return take{drawn_, std::nullopt};
        if (!paragraphs_.before(words_.piece(drawn_, true))) return take{drawn_, std::nullopt};
        return probe_;
    }

    action conclude(const probe_report& report, const progress&) override {
        if (probes_++ == 0) {
            mean_ = report.entropy;
        } else {
            mean_ = how_.alpha * report.entropy + (1 - how_.alpha) * mean_;
            const double deviation = report.entropy - mean_;
            variance_ = how_.alpha * deviation * deviation + (1 - how_.alpha) * variance_;
        }
        const bool settled = probes_ - 2 >= how_.least_probes && variance_ < how_.threshold;
        if (!settled) return take{drawn_, std::nullopt};
        return force{closing_, text_of(how_.closing), think_stop::exit,
                     "variance " + std::to_string(variance_) + " < " + std::to_string(how_.threshold)};
    }

    int probe_cells() const override { return static_cast<int>(probe_.prompt.size()); }

private:
    eat_technique how_;
    const vocabulary& words_;
    tokens closing_;
    probe probe_;
    delimiter_ends paragraphs_;
    token drawn_ = no_token;
    int probes_ = 0;
    double mean_ = 0;
    double variance_ = 0;
};

} // namespace

std::unique_ptr<policy> make_eat(const eat_technique& technique, const vocabulary& words) {
    return std::make_unique<eat>(technique, words);
}

} // namespace laconic
