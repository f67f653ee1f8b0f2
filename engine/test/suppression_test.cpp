// Unwanted words held down: hard, by a finite penalty, in the thinking alone or everywhere.
#include "check.h"
#include "scripted_arm.h"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace laconic;
using namespace laconic::test;

namespace {

const scripted_arm& script() {
    static const scripted_arm one;
    return one;
}

constexpr double hard = std::numeric_limits<double>::infinity();

/// The made-up model likes its first wish better than its second by 4.
generation run_script(bool thinking_only, double penalty) {
    const nowait_technique how{{script().id("7")}, thinking_only, penalty};
    return script().run(how, {{"<think>"}, {"7", "8"}, {"9", "7"}, {"</think>"}, {"7", "8"}});
}

std::string shown(const generation& made) {
    return script().words().detokenize(all_ids(made), true);
}

/// The made-up model's certainty of a wish whose logit is 9, beside 5 for the other and 0 for the rest.
double certainty_of_script() {
    const auto others = static_cast<double>(script().words().size() - 2);
    return 1 / (1 + std::exp(-4.0) + others * std::exp(-9.0));
}

/// Greedy ids recomputed by a plain libllama loop along what the sample holds: the likeliest token at each place, once
/// `penalty` is taken off the logits of `banned` inside the thinking. Counts where that changed the choice.
struct recomputed {
    tokens ids;
    int changed = 0;
};

recomputed recompute(const model& model, const vocabulary& words, const request& request, const generation& made,
                     const nowait_technique& how) {
    llama_context_params params = llama_context_default_params();
    params.n_ctx = 1024;
    params.n_seq_max = 1;
    params.n_threads = params.n_threads_batch = 1;
    params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_ENABLED;
    params.kv_unified = false;
    const llama_context_ptr context(llama_init_from_model(model.handle.get(), params));
    const token open = *words.single_token("<think>"), close = *words.single_token("</think>");
    recomputed result;
    tokens next = words.encode(request.prompt, false);
    bool thinking = false;
    std::vector<double> certainties;
    for (const token delivered : all_ids(made)) {
        for (token id : next)
            if (llama_decode(context.get(), llama_batch_get_one(&id, 1)) != 0) throw std::runtime_error("decode");
        const float* const raw = llama_get_logits_ith(context.get(), -1);
        std::vector<float> logits(raw, raw + words.size());
        const auto best = [&] {
            return static_cast<token>(std::max_element(logits.begin(), logits.end()) - logits.begin());
        };
        const token wanted = best();
        // The mean over the window, from the certainties of the thinking tokens before this one.
        const std::size_t counted = std::min(certainties.size(), static_cast<std::size_t>(how.window));
        const double sum =
            std::accumulate(certainties.end() - static_cast<std::ptrdiff_t>(counted), certainties.end(), 0.0);
        const bool confident =
            how.confidence == 0 || (counted > 0 && sum / static_cast<double>(counted) >= how.confidence);
        if (thinking) {
            double total = 0;
            for (const float logit : logits)
                total += std::exp(static_cast<double>(logit - logits[static_cast<std::size_t>(wanted)]));
            certainties.push_back(1 / total);
        }
        if (thinking && confident) {
            for (const token id : how.banned)
                logits[static_cast<std::size_t>(id)] -= static_cast<float>(how.penalty);
        }
        result.ids.push_back(best());
        result.changed += best() != wanted;
        thinking = (thinking || delivered == open) && delivered != close;
        next = {delivered};
    }
    return result;
}

} // namespace

TEST("a hard ban always holds the word down, in the thinking alone or in the answer too") {
    const generation made = run_script(true, hard);
    CHECK_EQUAL(shown(made), "<think>89</think>7<|im_end|>");
    CHECK_EQUAL(made.events.size(), 1u);
    CHECK_EQUAL(made.events.front().detail, "7");
    CHECK_EQUAL(shown(run_script(false, hard)), "<think>89</think>8<|im_end|>");
}

TEST("a finite penalty holds a word down only where it was liked by less") {
    CHECK_EQUAL(shown(run_script(true, 4.5)), "<think>89</think>7<|im_end|>");
    CHECK_EQUAL(shown(run_script(false, 4.5)), "<think>89</think>8<|im_end|>");
    const generation kept = run_script(false, 3.5);
    CHECK_EQUAL(shown(kept), "<think>79</think>7<|im_end|>");
    CHECK(kept.events.empty());
}

TEST("a confidence lets the word through until the latest tokens were certain enough") {
    const double certainty = certainty_of_script();
    nowait_technique how{{script().id("7")}, true, hard, certainty - 0.001, 3};
    const std::vector<scripted_arm::wish> wishes{{"<think>"}, {"7", "8"}, {"7", "8"}, {"</think>"}, {"7", "8"}};
    // At the first thinking token nothing is known of the model's certainty.
    CHECK_EQUAL(shown(script().run(how, wishes)), "<think>78</think>7<|im_end|>");
    how.confidence = certainty + 0.001;
    CHECK_EQUAL(shown(script().run(how, wishes)), "<think>77</think>7<|im_end|>");
}

TEST("only the tokens of the window count as the latest ones") {
    // A wish whose alternative is itself has a higher peak of its own: no rival at 5.
    const double unsure = certainty_of_script();
    const auto others = static_cast<double>(script().words().size() - 1);
    const double sure = 1 / (1 + others * std::exp(-9.0));
    const double between = (unsure + sure) / 2;
    const std::vector<scripted_arm::wish> wishes{{"<think>"}, {"9", "8"}, {"6", "6"},
                                                 {"7", "8"},  {"9", "8"}, {"7", "8"}};
    nowait_technique how{{script().id("7")}, true, hard, between, 1};
    CHECK_EQUAL(shown(script().run(how, wishes)), "<think>96897<|im_end|>");
    how.window = 3; // the mean of unsure and sure is just below
    how.confidence = between + 1e-6;
    CHECK_EQUAL(shown(script().run(how, wishes)), "<think>96797<|im_end|>");
}

TEST("penalised samples of the reference model are what its logits less the penalty say, token by token") {
    load_backends_once();
    const model reference = load_model(reference_path());
    const vocabulary words(reference.vocab(), {"<think>", "</think>"});
    const auto opened = engine::open(options_for(reference_path(), 4));
    tokens banned;
    for (const char* text : {"Wait", " Wait", "Hmm", " But", " So", "So", " check", " is", "Check"}) {
        const tokens ids = words.tokenize(text, false);
        if (ids.size() == 1) banned.push_back(ids.front());
    }
    CHECK(banned.size() >= 2);
    std::map<std::pair<double, double>, int> changes; // by penalty and confidence
    for (const auto& [penalty, confidence] :
         std::vector<std::pair<double, double>>{{2, 0}, {8, 0}, {hard, 0}, {hard, 0.9}, {hard, 1}}) {
        const nowait_technique how{banned, true, penalty, confidence, 8};
        std::vector<request> requests;
        for (int i = 0; i < 3; ++i) {
            requests.push_back(make_request(i, how));
            requests.back().sampling.max_tokens = 120;
        }
        const auto samples = run(*opened, requests);
        for (const request& request : requests) {
            const generation& made = samples.at(static_cast<int>(request.id));
            const recomputed expected = recompute(reference, words, request, made, how);
            CHECK_EQUAL(all_ids(made), expected.ids);
            CHECK_EQUAL(static_cast<int>(made.events.size()), expected.changed);
            changes[{penalty, confidence}] += expected.changed;
        }
    }
    CHECK((changes[{hard, 0}] > 0));
    CHECK((changes[{2, 0}] <= changes[{hard, 0}]));
    CHECK((changes[{hard, 0.9}] > 0));
    CHECK((changes[{hard, 0.9}] <= changes[{hard, 0}]));
    CHECK_EQUAL((changes[{hard, 1}]), 0); // nobody is that certain
}

int main() {
    return run_tests();
}
