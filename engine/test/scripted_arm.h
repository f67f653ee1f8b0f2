// One arm on logits that a test makes up: what a policy does at each point, without a model decoding anything.
#pragma once

#include "arm.h"
#include "model.h"
#include "support.h"

namespace laconic::test {

/// Lends the small reference model's vocabulary.
class scripted_arm {
public:
    /// What the made-up model likes best, and what it takes where that is refused.
    struct wish {
        std::string text;
        std::string otherwise = " so";
    };

    explicit scripted_arm(int context_tokens = 1024) : options_(options_for(nano_path(), 1)) {
        options_.context_tokens = context_tokens;
    }

    const vocabulary& words() const { return words_; }
    engine_options& options() { return options_; }

    token id(const std::string& text) const {
        const tokens ids = words_.tokenize(text, true);
        if (ids.size() != 1) throw std::runtime_error("\"" + text + "\" is not one token");
        return ids.front();
    }

    /// The model makes one wish per decision; behind the last it ends the sample.
    generation run(const technique& how, const std::vector<wish>& wishes, int max_tokens = 200) const {
        request request = make_request(1, how);
        request.sampling.max_tokens = max_tokens;
        const arm_setting setting{words_, options_};
        arm arm(request, setting);
        for (std::size_t step = 0; !arm.finished(); ++step) {
            arm.advance(arm.pending().size());
            const wish next = step < wishes.size() ? wishes[step] : wish{"<|im_end|>"};
            std::vector<float> logits(words_.size(), 0);
            logits[static_cast<std::size_t>(id(next.otherwise))] = 5;
            logits[static_cast<std::size_t>(id(next.text))] = 9;
            decision_point point = arm.point(logits);
            arm.decide(point);
        }
        return arm.result();
    }

private:
    static const model& nano() {
        static const model loaded = [] {
            load_backends_once();
            return load_model(nano_path());
        }();
        return loaded;
    }

    engine_options options_;
    vocabulary words_{nano().vocab(), {"<think>", "</think>"}};
};

} // namespace laconic::test
