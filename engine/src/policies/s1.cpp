// Budget forcing as the evaluation code of s1 does it (arXiv 2501.19393, simplescaling/s1). Upper limit: after N
// sampled thinking tokens the closing text is forced, on a line of its own. Lower limit: where the model would end its
// thinking, the end is withheld and "Wait" is appended, `waits` times; at least one token then follows (min_tokens = 1
// there).
#include "policies/policy.h"

namespace laconic {

namespace {

constexpr double never = std::numeric_limits<double>::infinity();

/// What ends a sample's thinking: the delimiter, or the end of the sample.
tokens ends_of_thinking(const s1_technique& technique, const vocabulary& words) {
    tokens ids;
    if (const auto end = words.single_token(technique.end)) ids.push_back(*end);
    for (std::size_t id = 0; id < words.size(); ++id) {
        if (words.ends_generation(static_cast<token>(id))) ids.push_back(static_cast<token>(id));
    }
    return ids;
}

prompt_text behind_line_break(const prompt_text& text) {
    prompt_text broken{{"\n", false}};
    broken.insert(broken.end(), text.begin(), text.end());
    return broken;
}

class s1 final : public policy {
public:
    s1(const s1_technique& technique, const vocabulary& words)
        : words_(words), limit_(technique.tokens), closing_(forcing(technique.closing)),
          closing_behind_break_(forcing(behind_line_break(technique.closing))), waits_left_(technique.waits),
          wait_(forcing(technique.wait)), ends_(ends_of_thinking(technique, words), words.size()),
          has_to_think_(technique.waits > 0) {
        closing_.think_stop = closing_behind_break_.think_stop = think_stop::budget;
        wait_.event = event_type::wait_inserted;
    }

    action decide(decision_point& point, const progress& so_far) override {
        if (!so_far.thinking || spent_) return note(take{point.draw(), std::nullopt});
        if (limit_ && so_far.thought >= *limit_) {
            spent_ = true;
            return on_new_line_ ? closing_ : closing_behind_break_;
        }
        const token wanted = point.draw();
        if (wanted == no_token || !ends_.contains(wanted)) {
            has_to_think_ = false;
            return note(take{wanted, std::nullopt});
        }
        if (has_to_think_) {
            has_to_think_ = false;
            return note(take{point.draw_with_penalty(ends_, never), wanted});
        }
        if (waits_left_ == 0) return note(take{wanted, std::nullopt});
        --waits_left_;
        has_to_think_ = true;
        on_new_line_ = wait_.text.ends_with('\n');
        return wait_;
    }

private:
    force forcing(const prompt_text& text) const { return {words_.encode(text, false), text_of(text)}; }

    action note(const take& action) {
        if (action.id != no_token) on_new_line_ = words_.piece(action.id, true).ends_with('\n');
        return action;
    }

    const vocabulary& words_;
    std::optional<int> limit_;
    force closing_;
    force closing_behind_break_;
    int waits_left_;
    force wait_;
    token_set ends_;
    bool has_to_think_; // the next thinking token cannot be an end
    bool on_new_line_ = false;
    bool spent_ = false;
};

} // namespace

std::unique_ptr<policy> make_s1(const s1_technique& technique, const vocabulary& words) {
    return std::make_unique<s1>(technique, words);
}

} // namespace laconic
