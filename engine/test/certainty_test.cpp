// How certain the model was: each figure from probabilities that a script sets, and from the distributions that libllama
// alone gives behind recorded tokens.
#include "check.h"
#include "script.h"
#include "support.h"

#include <algorithm>

using namespace laconic;
using namespace laconic::test;

namespace {

bool near(std::optional<double> found, double expected, double tolerance = 1e-6) {
    return found && std::abs(*found - expected) < tolerance;
}

/// KL(uniform || p), term by term.
double divergence(const std::vector<double>& p) {
    double sum = 0;
    for (const double each : p)
        sum -= std::log(static_cast<double>(p.size()) * each);
    return sum / static_cast<double>(p.size());
}

/// Of a scripted line: one token has its probability, the others share the rest.
double divergence(const line& line) {
    std::vector<double> p(the_stage().words().size(), 0);
    std::fill(p.begin(), p.end(), (1 - line.probability) / static_cast<double>(p.size() - 1));
    p[static_cast<std::size_t>(line.id)] = line.probability;
    return divergence(p);
}

std::vector<line> joined(std::vector<line> first, const std::vector<line>& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

deer_technique deer_before(token trigger, double threshold) {
    deer_technique how;
    how.triggers = {trigger};
    how.probe = {{"\n**Final Answer**\n\\boxed", false}};
    how.stops = {"}"};
    how.threshold = threshold;
    how.closing = {{"\n", false}, {"</think>", true}, {"\n\n", false}};
    return how;
}

/// Greedy, sampled, filtered, held down, forced and probed arms of some items; id = item * 10 + arm.
std::vector<request> many_arms(engine& engine, int items, bool certainty) {
    const token wait = engine.tokenize("Wait", false).at(0);
    const std::vector<technique> how{baseline_technique{}, nowait_technique{{wait}, true}, budget_of(60), no_thinking(),
                                     deer_before(wait, 1.1)};
    const auto texts = questions(2 * items);
    std::vector<request> requests;
    for (int item = 0; item < items; ++item) {
        for (std::size_t arm = 0; arm < 2 * how.size(); ++arm) {
            request made = make_request(item * 10 + static_cast<int>(arm), how[arm % how.size()]);
            made.prompt = chat(texts[static_cast<std::size_t>(items + item)]);
            made.item_key = static_cast<std::uint64_t>(item);
            made.sampling.max_tokens = 300;
            made.sampling.temperature = arm < how.size() ? 0 : 0.8;
            made.sampling.top_k = arm < how.size() ? 0 : 20;
            made.certainty = certainty;
            requests.push_back(std::move(made));
        }
    }
    return requests;
}

} // namespace

TEST("the answer's certainty is that of its sampled tokens alone, self-certainty that of all sampled ones") {
    const token end = the_stage().id("<|im_end|>");
    const auto thought = joined({{the_stage().id("<think>"), 0.6}}, the_stage().lines("\n7.\n", 0.7));
    std::vector<line> answer = the_stage().lines("12 34", 0.8);
    answer.front().probability = 0.4;
    const auto sampled = joined(thought, joined(answer, {{end, 0.1}}));
    auto path = sampled;
    // What the model would have written where the budget is spent.
    path.insert(path.begin() + static_cast<std::ptrdiff_t>(thought.size()), {the_stage().id("Wait"), 0.99});
    const generation made = the_stage().play(budget_of(static_cast<int>(thought.size()) - 1), path, {}, true);
    CHECK_EQUAL(made.think_stop, think_stop::budget);
    CHECK_EQUAL(made.ledger.answer_sampled, static_cast<int>(answer.size()) + 1);
    const certainty& found = *made.certainty;
    CHECK_EQUAL(found.answer_tokens, static_cast<int>(answer.size()));
    CHECK(near(found.answer_least, 0.4));
    CHECK(near(found.answer_mean, (0.4 + 0.8 * static_cast<double>(answer.size() - 1)) /
                                      static_cast<double>(answer.size())));
    double self = 0;
    for (const line& one : sampled)
        self += divergence(one);
    CHECK(near(found.self_certainty, self / static_cast<double>(sampled.size()), 1e-4));
}

TEST("a word that is written after a probe counts with what the model thought of it before") {
    const line wait{the_stage().id("Wait"), 0.55};
    const auto before = joined({{the_stage().id("<think>"), 0.9}}, the_stage().lines("\n7.\n"));
    const auto path = joined(joined(before, {wait}), the_stage().lines("\n</think>\n\n12"));
    const auto how = deer_before(wait.id, 1.1);
    const generation probed = the_stage().play(how, path, {the_stage().lines("{9}", 0.3)}, true);
    CHECK_EQUAL(events_of(probed, event_type::probe).size(), 1u);
    CHECK(probed.certainty == the_stage().play(baseline_technique{}, path, {}, true).certainty);
}

TEST("without an answer of its own there is nothing to average, and without being asked for there is no certainty") {
    const auto thought = the_stage().lines("<think>7");
    const generation cut = the_stage().play(baseline_technique{}, thought, {}, true);
    CHECK_EQUAL(cut.certainty->answer_tokens, 0);
    CHECK(!cut.certainty->answer_mean && !cut.certainty->answer_least);
    CHECK(cut.certainty->self_certainty.has_value());
    CHECK(!the_stage().play(baseline_technique{}, thought, {}).certainty);
}

TEST("a token that the model holds impossible has no part in self-certainty") {
    const std::vector<float> fewer{0.5f, -1.0f, 2.0f};
    std::vector<float> logits{0.5f, -std::numeric_limits<float>::infinity(), -1.0f, 2.0f};
    std::vector<float> alone = fewer;
    const sampling how;
    CHECK(near(decision_point(logits, how, {}).self_certainty(), decision_point(alone, how, {}).self_certainty()));
}

TEST("asking for it changes no token, no ledger and no event, and costs no decoding") {
    const auto opened = engine::open(options_for(reference_path(), 8));
    job_counters without, with;
    const auto plain = run(*opened, many_arms(*opened, 2, false), &without);
    auto asked = run(*opened, many_arms(*opened, 2, true), &with);
    for (auto& [id, made] : asked) {
        CHECK(made.certainty.has_value());
        made.certainty.reset();
        check_identical(made, plain.at(id));
    }
    CHECK_EQUAL(with.decoded_tokens, without.decoded_tokens);
    // Of arms that share a trunk only some may ask.
    auto mixed = many_arms(*opened, 2, false);
    for (std::size_t i = 0; i < mixed.size(); i += 2)
        mixed[i].certainty = true;
    for (const auto& [id, made] : run(*opened, mixed))
        CHECK_EQUAL(made.certainty.has_value(), id % 2 == 0);
}

TEST("a sample's certainty is the same alone and among arms that share its trunk") {
    engine_options options = options_for(reference_path(), 1);
    options.sharing = false;
    const auto alone = engine::open(options);
    const auto sharing = engine::open(options_for(reference_path(), 8));
    const auto expected = run(*alone, many_arms(*alone, 1, true));
    for (const auto& [id, made] : run(*sharing, many_arms(*sharing, 1, true)))
        check_identical(made, expected.at(id));
}

TEST("the figures are those that libllama alone gives behind the recorded tokens") {
    const auto opened = engine::open(options_for(reference_path(), 8));
    const plain_reader reader(reference_path());
    const auto requests = many_arms(*opened, 1, true);
    const auto samples = run(*opened, requests);
    for (const request& asked : requests) {
        const generation& made = samples.at(static_cast<int>(asked.id));
        tokens path = opened->tokenize(asked.prompt[0].text + asked.prompt[1].text + asked.prompt[2].text, true);
        const std::size_t from = path.size() - 1;
        const tokens written = all_ids(made);
        path.insert(path.end(), written.begin(), written.end());
        const auto distributions = reader.distributions(path, from);
        const auto forced = events_of(made, event_type::forced); // one text at most
        const auto injected = static_cast<std::size_t>(made.ledger.think_injected + made.ledger.answer_injected);
        const std::size_t skip = forced.empty() ? 0 : static_cast<std::size_t>(forced.front().at);
        double self = 0, answer = 0, least = 1;
        int counted = 0;
        for (std::size_t i = 0; i < written.size(); ++i) {
            if (i >= skip && i < skip + injected) continue;
            self += divergence(distributions[i]);
            const bool ends = made.stop_reason == stop_reason::eos && i + 1 == written.size();
            if (i < made.think_ids.size() || ends) continue;
            const double p = distributions[i][static_cast<std::size_t>(written[i])];
            answer += p;
            least = std::min(least, p);
            ++counted;
        }
        CHECK_EQUAL(made.certainty->answer_tokens, counted);
        CHECK(near(made.certainty->self_certainty, self / static_cast<double>(written.size() - injected), 1e-3));
        if (counted == 0) continue;
        CHECK(near(made.certainty->answer_mean, answer / counted, 1e-3));
        CHECK(near(made.certainty->answer_least, least, 1e-3));
    }
}

int main() {
    return run_tests();
}
