// Budget announcements in the way of ThoughtTerminator (arXiv 2504.13367): every so many sampled thinking tokens a
// sentence tells the model how much it has used and how much is left; at the deadline the thinking is closed, if asked.
#include "policies/policy.h"

namespace laconic {

namespace {

void replace_all(std::string& text, std::string_view name, int value) {
    const std::string digits = std::to_string(value);
    for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + digits.size()))
        text.replace(at, name.size(), digits);
}

class soft_budget final : public policy {
public:
    soft_budget(const soft_budget_technique& technique, const vocabulary& words)
        : words_(words), how_(technique),
          next_(technique.interval), closing_{words.encode(technique.closing, false), text_of(technique.closing),
                                              think_stop::budget} {}

    action decide(decision_point& point, const progress& so_far) override {
        if (over_ || !so_far.thinking) return take{point.draw(), std::nullopt};
        if (so_far.thought >= how_.deadline) {
            over_ = true;
            if (!closing_.ids.empty()) return closing_;
        } else if (so_far.thought >= next_) {
            next_ += how_.interval;
            return announcement(so_far.thought);
        }
        return take{point.draw(), std::nullopt};
    }

private:
    action announcement(int used) const {
        prompt_text message = how_.message;
        for (prompt_piece& piece : message) {
            replace_all(piece.text, "{used}", used);
            replace_all(piece.text, "{remaining}", how_.deadline - used);
        }
        return force{words_.encode(message, false), text_of(message)};
    }

    const vocabulary& words_;
    soft_budget_technique how_;
    int next_;
    force closing_;
    bool over_ = false;
};

} // namespace

std::unique_ptr<policy> make_soft_budget(const soft_budget_technique& technique, const vocabulary& words) {
    return std::make_unique<soft_budget>(technique, words);
}

} // namespace laconic
