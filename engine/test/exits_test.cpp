// Early exits: every branch of each rule on a scripted model, and each rule recomputed from what samples of a real
// model record.
#include "check.h"
#include "policies/chunks.h"
#include "reference_run.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iostream>
#include <set>
#include <span>

using namespace laconic;
using namespace laconic::test;

namespace {

// ---- DEER ----

const std::vector<std::string> deer_stops{" }", "}\n", "}\n\n", "}.", "}.\n", "}\\", "}}", ")}", ")}.", ")}\n"};

deer_technique deer_of(const tokens& triggers, double threshold) {
    deer_technique how;
    how.triggers = triggers;
    how.probe = {{"\n**Final Answer**\n\\boxed", false}};
    how.stops = deer_stops;
    how.threshold = threshold;
    how.closing = closing;
    return how;
}

const std::string thought = "<think>\n7 + 5 = 12.\n";

std::vector<line> hesitant() {
    std::vector<line> path = the_stage().lines(thought);
    for (int i = 0; i < 3; ++i) {
        path.push_back({the_stage().id("Wait")});
        const auto more = the_stage().lines("\n12.\n");
        path.insert(path.end(), more.begin(), more.end());
    }
    const auto rest = the_stage().lines("</think>\n\n12");
    path.insert(path.end(), rest.begin(), rest.end());
    return path;
}

std::vector<line> boxed(std::vector<double> probabilities) {
    std::vector<line> written = the_stage().lines("{12}\n");
    for (std::size_t i = 0; i < written.size(); ++i)
        written[i].probability = probabilities[std::min(i, probabilities.size() - 1)];
    return written;
}

deer_technique reference_deer(double threshold) {
    return deer_of({reference().tokenize("Wait", false).at(0), reference().tokenize("Hmm", false).at(0)}, threshold);
}

deer_technique scripted_deer(double threshold) {
    return deer_of({the_stage().id("Wait")}, threshold);
}

} // namespace

TEST("deer goes on with its own word while it is unsure, and ends the thinking when it is sure") {
    const std::size_t before = the_stage().lines(thought).size();
    const generation made = the_stage().play(scripted_deer(0.95), hesitant(), {boxed({0.5}), boxed({0.5, 0.97})});
    const auto probes = events_of(made, event_type::probe), exits = events_of(made, event_type::exit);
    CHECK_EQUAL(probes.size(), 2u);
    CHECK_EQUAL(probes.front().at, static_cast<int>(before));
    CHECK_EQUAL(exits.size(), 1u);
    CHECK_EQUAL(exits.front().at, probes.back().at);
    CHECK(exits.front().detail.starts_with("confidence 0.97"));
    CHECK_EQUAL(made.think_stop, think_stop::exit);
    CHECK(made.thinking.find("Wait") == made.thinking.rfind("Wait"));
    CHECK(made.thinking.find("Final Answer") == std::string::npos);
    const auto prompt = static_cast<int>(the_stage().words().encode(scripted_deer(1).probe, false).size());
    CHECK_EQUAL(made.ledger.probe_prompt, 2 * prompt);
    CHECK_EQUAL(made.ledger.probe_sampled,
                static_cast<int>(recorded_ids(probes[0]).size() + recorded_ids(probes[1]).size()));
    CHECK_EQUAL(made.ledger.think_injected, 2);
    CHECK_EQUAL(made.ledger.answer_injected, 1);
}

TEST("deer's confidence leaves out the first token, as arithmetic mean, geometric mean or least") {
    using mean = deer_technique::mean;
    const std::vector<double> written{0.01, 0.99, 0.6, 0.8, 0.9};
    const auto count = static_cast<double>(boxed(written).size() - 1);
    double sum = 0, product = 1, least = 1;
    const auto script = boxed(written);
    for (const line& line : std::span(script).subspan(1)) {
        sum += line.probability;
        product *= line.probability;
        least = std::min(least, line.probability);
    }
    const std::vector<std::pair<mean, double>> expected{
        {mean::arithmetic, sum / count}, {mean::geometric, std::pow(product, 1 / count)}, {mean::least, least}};
    for (const auto& [kind, value] : expected) {
        for (const double offset : {-1e-4, 1e-4}) {
            deer_technique how = scripted_deer(value + offset);
            how.confidence = kind;
            const generation made = the_stage().play(how, hesitant(), {boxed(written)});
            CHECK_EQUAL(made.think_stop == think_stop::exit, offset < 0);
        }
    }
}

TEST("deer probes at its triggers inside the thinking only, and not more often than allowed") {
    const generation three = the_stage().play(scripted_deer(1.01), hesitant(), {});
    CHECK_EQUAL(events_of(three, event_type::probe).size(), 3u);
    CHECK_EQUAL(three.think_stop, think_stop::natural);
    deer_technique how = scripted_deer(1.01);
    how.most_probes = 2;
    CHECK_EQUAL(events_of(the_stage().play(how, hesitant(), {}), event_type::probe).size(), 2u);
    auto late = the_stage().lines("<think>\n12</think>\n\n");
    late.push_back({the_stage().id("Wait")});
    CHECK_EQUAL(the_stage().play(scripted_deer(0), late, {}).events.size(), 0u);
}

TEST("a probe ends at a stop text, at its limit or at the end of generation") {
    const auto sampled = [&](const std::vector<line>& script, int limit) {
        deer_technique how = scripted_deer(1.01);
        how.most_probes = 1;
        how.probe_tokens = limit;
        return the_stage().play(how, hesitant(), {script}).ledger.probe_sampled;
    };
    const auto answer = the_stage().lines("{12}");
    auto dotted = answer;
    for (const line& more : the_stage().lines(".\n so"))
        dotted.push_back(more);
    CHECK(sampled(dotted, 20) < static_cast<int>(dotted.size()));
    CHECK_EQUAL(sampled(answer, 20), static_cast<int>(answer.size()) + 1); // and the end of generation
    CHECK_EQUAL(sampled(dotted, 2), 2);
}

TEST("a probe of one token, or one that lacks a needed stop, has no confidence") {
    deer_technique how = scripted_deer(0);
    how.probe_tokens = 1;
    CHECK_EQUAL(the_stage().play(how, hesitant(), {boxed({1})}).think_stop, think_stop::natural);
    how = scripted_deer(0.5);
    how.stops = {"</think>"};
    how.stop_needed = true;
    CHECK_EQUAL(the_stage().play(how, hesitant(), {boxed({0.99})}).think_stop, think_stop::natural);
    auto closed = boxed({0.99});
    closed.push_back({the_stage().id("</think>"), 0.99});
    CHECK_EQUAL(the_stage().play(how, hesitant(), {closed}).think_stop, think_stop::exit);
}

TEST("deer leaves the thinking at its limit, and at a probe near it") {
    const int first = static_cast<int>(the_stage().lines(thought).size()) - 1;
    deer_technique how = scripted_deer(1.01);
    how.think_limit = first + 2;
    how.most_probes = 0;
    generation made = the_stage().play(how, hesitant(), {});
    CHECK_EQUAL(made.ledger.think_sampled, first + 3);
    CHECK_EQUAL(events_of(made, event_type::exit).front().detail, "thinking limit reached");
    how.think_limit = first + 50;
    how.most_probes = 10;
    made = the_stage().play(how, hesitant(), {});
    CHECK_EQUAL(made.ledger.think_sampled, first + 1);
    CHECK_EQUAL(events_of(made, event_type::exit).front().detail, "thinking limit near");
}

TEST("deer on the reference model: confidences are the model's, and the rule holds at every probe") {
    const deer_technique how = reference_deer(0.95);
    const plain_reader reader(reference_path());
    int probes = 0, exits = 0;
    for (const auto& [id, made] : samples_beside_baseline(how, 20)) {
        if (id % 100 == 0) continue;
        const auto asked = events_of(made, event_type::probe);
        for (const sample_event& event : asked) {
            check_recorded(reader, made, id / 100, event, reference().tokenize("\n**Final Answer**\n\\boxed", false));
            const auto confidences = recorded(event, "confidences");
            double sum = 0;
            for (std::size_t i = 1; i < confidences.size(); ++i)
                sum += confidences[i];
            const bool sure = confidences.size() > 1 && sum / static_cast<double>(confidences.size() - 1) > 0.95;
            const bool left = made.think_stop == think_stop::exit && &event == &asked.back();
            CHECK_EQUAL(left, sure);
            const token next = all_ids(made).at(static_cast<std::size_t>(event.at));
            CHECK(left || std::find(how.triggers.begin(), how.triggers.end(), next) != how.triggers.end());
            ++probes;
            exits += left;
        }
    }
    CHECK(probes > 4);
    CHECK(exits > 0);
    std::cout << "  deer: " << probes << " probes, " << exits << " exits\n";
}

TEST("deer that is never sure writes exactly what the baseline writes") {
    for (const double temperature : {0.0, 1.0}) {
        deer_technique how = reference_deer(1.01);
        how.probe_temperature = temperature;
        int probes = 0;
        const auto samples = samples_beside_baseline(how, 20);
        for (const auto& [id, made] : samples) {
            if (id % 100 == 0) continue;
            CHECK_EQUAL(all_ids(made), all_ids(samples.at(id - 1)));
            probes += static_cast<int>(events_of(made, event_type::probe).size());
        }
        CHECK(probes > 4);
    }
}

TEST("a probe that does not fit into the context is refused before it starts") {
    deer_technique how = scripted_deer(0.95);
    request asked = reference_request(1, 1, how);
    asked.sampling.max_tokens = 1024 - static_cast<int>(prompt_ids(1).size());
    const generation made = run(reference(), {asked}).at(101);
    CHECK_EQUAL(made.stop_reason, stop_reason::error);
    CHECK(made.stop_detail.value_or("").find("probes of") != std::string::npos);
}

// ---- Dynasor and answer convergence ----

namespace {

/// Probes that write these texts one after another, surely.
std::vector<std::vector<line>> answers(const std::vector<std::string>& texts) {
    std::vector<std::vector<line>> scripts;
    for (const std::string& text : texts)
        scripts.push_back(the_stage().lines(text, 1 - 1e-12));
    return scripts;
}

std::vector<line> long_thought() {
    return the_stage().lines(
        "<think>\n7 + 5 = 12. So 12! It is 12? Yes 12.\nAnd 12.5 is not. Then 12.\n</think>\n\n12");
}

int probes_until_exit(const technique& how, const std::vector<std::string>& texts) {
    const generation made = the_stage().play(how, long_thought(), answers(texts));
    return made.think_stop == think_stop::exit ? static_cast<int>(events_of(made, event_type::probe).size()) : -1;
}

/// The consensus rule on what a sample recorded.
bool agree(const std::vector<std::string>& texts, std::size_t end, const consensus_technique& how) {
    if (end < static_cast<std::size_t>(how.window)) return false;
    std::set<std::string> classes;
    for (std::size_t i = end - static_cast<std::size_t>(how.window); i < end; ++i) {
        std::string answer = texts[i], small = texts[i];
        int depth = 0;
        for (std::size_t at = 0; at < answer.size() && depth >= 0; ++at) {
            depth += answer[at] == '{' ? 1 : answer[at] == '}' ? -1 : 0;
            if (depth < 0) answer.resize(at);
        }
        if (depth >= 0) return false;
        if (answer.find_first_not_of(" \n") == std::string::npos) return false;
        std::transform(small.begin(), small.end(), small.begin(), [](unsigned char c) { return std::tolower(c); });
        for (const std::string& word : how.doubts) {
            if (small.find(word) != std::string::npos) return false;
        }
        classes.insert(how.normal_form ? answer_normal_form(answer) : answer);
    }
    return classes.size() == 1;
}

/// Exits where the rule first holds, and only there; returns how many samples left.
int check_consensus(const consensus_technique& how, int items) {
    const auto samples = samples_beside_baseline(how, items);
    int exits = 0;
    for (const auto& [id, made] : samples) {
        if (id % 100 == 0) continue;
        std::vector<std::string> texts;
        const auto asked = events_of(made, event_type::probe);
        for (const sample_event& event : asked) {
            tokens ids = recorded_ids(event);
            if (reference().tokenize("<|im_end|>", true).front() == ids.back()) ids.pop_back();
            texts.push_back(reference().detokenize(ids));
            const bool left = made.think_stop == think_stop::exit && &event == &asked.back();
            CHECK_EQUAL(agree(texts, texts.size(), how), left);
        }
        const tokens ids = all_ids(made), free = all_ids(samples.at(id - 1));
        const auto until = made.think_stop == think_stop::exit ? static_cast<std::size_t>(asked.back().at) : ids.size();
        CHECK(until <= free.size() &&
              std::equal(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(until), free.begin()));
        exits += made.think_stop == think_stop::exit;
    }
    return exits;
}

} // namespace

TEST("sentences end with a mark before white space, wherever the tokens part") {
    const auto ends = [](const std::vector<std::string>& pieces) {
        sentence_ends sentences;
        std::string found;
        for (const std::string& piece : pieces)
            found += sentences.before(piece) ? '1' : '0';
        return found;
    };
    CHECK_EQUAL(ends({"It is 12", ".", " So"}), "001");
    CHECK_EQUAL(ends({"It is 12", ".\n", "So"}), "001");
    CHECK_EQUAL(ends({"3", ".", "5", " x"}), "0000");
    CHECK_EQUAL(ends({"(no!", "\")", " yes", "?", "\n", "a"}), "001010");
    delimiter_ends paragraphs("\n\n");
    std::string found;
    for (const std::string& piece : std::vector<std::string>{"a", "\n", "\n", "b", ".\n\n", "c"})
        found += paragraphs.before(piece) ? '1' : '0';
    CHECK_EQUAL(found, "000101");
}

TEST("convergence leaves when so many answers in a row are the same string") {
    CHECK_EQUAL(probes_until_exit(convergence_of(3), {"12}.\n", "12}.\n", "12}.\n"}), 3);
    CHECK_EQUAL(probes_until_exit(convergence_of(2), {"12}.\n", "13}.\n", "12}.\n", "12}\n"}), 4);
    CHECK_EQUAL(probes_until_exit(convergence_of(2), {"12}\n", " 12}\n", "12}\n", " 12}\n"}), -1);
    CHECK_EQUAL(probes_until_exit(convergence_of(2), {"\n", "\n", "}\n", "}\n"}), -1);       // no answer
    CHECK_EQUAL(probes_until_exit(convergence_of(2), {"12\n", "12\n", "12\n", "12\n"}), -1); // no end of it
    const generation made = the_stage().play(convergence_of(2), long_thought(), answers({"1}\n", "1}\n"}));
    CHECK_EQUAL(made.ledger.answer_injected, 1); // the model answers by itself
    CHECK_EQUAL(made.ledger.probe_sampled, static_cast<int>(2 * the_stage().lines("1}\n").size()));
}

TEST("dynasor leaves when the window agrees without a word of doubt, and gives that answer") {
    const std::vector<std::string> sure(3, "12}.\n\\]");
    CHECK_EQUAL(probes_until_exit(dynasor_of(3, 4), sure), 3);
    CHECK_EQUAL(probes_until_exit(dynasor_of(2, 4), {"12} wait", "12}", " 12. }"}), 3);
    CHECK_EQUAL(probes_until_exit(dynasor_of(2, 4), {"12} now", "12}", "13}", "}", "12}"}), -1);
    const generation made = the_stage().play(dynasor_of(3, 4), long_thought(), answers(sure));
    CHECK_EQUAL(made.stop_reason, stop_reason::eos);
    CHECK_EQUAL(made.answer, "\n**Final Answer:**\n\\[\n \\boxed{12}\n\\]");
    CHECK_EQUAL(made.ledger.answer_sampled, 0);
    CHECK_EQUAL(made.ledger.think_sampled, 1 + 12); // the delimiter, and three chunks of four
    CHECK_EQUAL(events_of(made, event_type::exit).front().detail, "3 equal answers: 12");
}

TEST("equal normal forms are what the shared cases say") {
    std::ifstream cases(LACONIC_TEST_FOLDER "/equal_answers.txt");
    std::string left, right, verdict;
    int read = 0;
    while (std::getline(cases, left, '\t') && std::getline(cases, right, '\t') && std::getline(cases, verdict)) {
        CHECK_EQUAL(answer_normal_form(left) == answer_normal_form(right), verdict == "equal");
        ++read;
    }
    CHECK(read >= 10);
}

TEST("convergence on the reference model leaves where its rule first holds, and not elsewhere") {
    const int early = check_consensus(convergence_of(2), 12), later = check_consensus(convergence_of(3), 12);
    CHECK(early > 0);
    CHECK(later <= early);
    std::cout << "  convergence: " << early << " and " << later << " of 12 left\n";
}

TEST("dynasor on the reference model leaves where its rule first holds, and not elsewhere") {
    consensus_technique greedy = dynasor_of(2, 16);
    greedy.probe_temperature = 0;
    const int exits = check_consensus(dynasor_of(2, 16), 12), exits_greedy = check_consensus(greedy, 12);
    CHECK(exits + exits_greedy > 0);
    std::cout << "  dynasor: " << exits << " of 12 left, " << exits_greedy << " with greedy probes\n";
}

// ---- EAT ----

namespace {

/// The published recursion: the mean starts at the first entropy, the variance at 0.
std::vector<double> variances(const std::vector<double>& entropies, double alpha) {
    std::vector<double> found{0};
    double mean = entropies.at(0);
    for (std::size_t i = 1; i < entropies.size(); ++i) {
        mean = alpha * entropies[i] + (1 - alpha) * mean;
        found.push_back(alpha * (entropies[i] - mean) * (entropies[i] - mean) + (1 - alpha) * found.back());
    }
    return found;
}

} // namespace

TEST("eat leaves when the variance has settled, and not before enough probes") {
    const auto path = the_stage().lines("<think>\na\nb\nc\nd\ne\nf\ng\n</think>\n\n12");
    const auto leaves = [&](const std::vector<double>& sure, double threshold, int least) {
        std::vector<std::vector<line>> scripts;
        for (const double probability : sure)
            scripts.push_back({{the_stage().id("1"), probability}});
        const generation made = the_stage().play(eat_of(0.5, threshold, least), path, scripts);
        CHECK_EQUAL(made.ledger.probe_sampled, 0);
        return made.think_stop == think_stop::exit ? static_cast<int>(events_of(made, event_type::probe).size()) : -1;
    };
    const std::vector<double> steady(8, 0.9);
    CHECK_EQUAL(leaves(steady, 1e-6, 0), 2); // the first has no variance
    CHECK_EQUAL(leaves(steady, 1e-6, 3), 5);
    CHECK_EQUAL(leaves(steady, 1e-6, 9), -1);
    CHECK_EQUAL(leaves({0.9, 0.1, 0.9, 0.1, 0.9, 0.1, 0.9, 0.1}, 1e-6, 0), -1);
    CHECK(leaves({0.9, 0.3, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9}, 0.8, 0) > 3);
}

TEST("eat on the reference model: entropies are the model's, and the exit is where the recursion says") {
    const eat_technique how = eat_of(0.2, 0.02, 1);
    const plain_reader reader(reference_path());
    const tokens asks = reference().tokenize("\n</think>\n\nThe answer is \\boxed{", true);
    int exits = 0;
    for (const auto& [id, made] : samples_beside_baseline(how, 12)) {
        const auto asked = events_of(made, event_type::probe);
        if (id % 100 == 0 || asked.empty()) continue;
        if (id < 400) {
            for (const sample_event& event : asked)
                check_recorded(reader, made, id / 100, event, asks);
        }
        std::vector<double> entropies;
        for (const sample_event& event : asked)
            entropies.push_back(recorded_entropy(event));
        const auto moving = variances(entropies, 0.2);
        for (std::size_t i = 0; i < moving.size(); ++i) {
            const bool left = made.think_stop == think_stop::exit && i + 1 == moving.size();
            CHECK_EQUAL(i >= 2 && moving[i] < 0.02, left);
        }
        exits += made.think_stop == think_stop::exit;
    }
    CHECK(exits > 0);
    std::cout << "  eat: " << exits << " of 12 left\n";
}

TEST("all early exits in one sweep are what they are alone") {
    const std::vector<technique> arms{baseline_technique{}, reference_deer(0.95), reference_deer(1.01),
                                      convergence_of(2),    convergence_of(3),    dynasor_of(2, 16),
                                      dynasor_of(3, 32),    eat_of(0.2, 0.02, 1)};
    check_sweep_is_as_alone(arms);
}

int main() {
    return run_tests();
}
