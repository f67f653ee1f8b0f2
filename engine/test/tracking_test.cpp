// Think delimiters and stop strings, token by token, without decoding.
#include "check.h"
#include "model.h"
#include "stop_strings.h"
#include "support.h"
#include "think_tracker.h"

using namespace laconic;
using namespace laconic::test;

namespace {

const vocabulary& nano_words() {
    static const model nano = [] {
        load_backends_once();
        return load_model(nano_path());
    }();
    static const vocabulary words(nano.vocab(), {"<think>", "</think>"});
    return words;
}

struct span_of_thinking {
    std::size_t begin, end;
    bool closed, inside;
    bool operator==(const span_of_thinking&) const = default;
    friend std::ostream& operator<<(std::ostream& out, const span_of_thinking& span) {
        return out << span.begin << ".." << span.end << (span.closed ? " closed" : "")
                   << (span.inside ? " inside" : "");
    }
};

/// Feeds pieces whose ids are no delimiter's, as a model does that spells its delimiters.
span_of_thinking track(const think_format& format, const std::vector<std::string>& pieces) {
    think_tracker tracker(format, nano_words());
    for (const std::string& piece : pieces)
        tracker.deliver(0, piece);
    return {tracker.begin(), tracker.end(), tracker.closed(), tracker.inside()};
}

span_of_thinking track_ids(const think_format& format, const std::string& text) {
    think_tracker tracker(format, nano_words());
    for (const token id : nano_words().tokenize(text, true))
        tracker.deliver(id, nano_words().piece(id, true));
    return {tracker.begin(), tracker.end(), tracker.closed(), tracker.inside()};
}

} // namespace

TEST("delimiters that are tokens enclose the thinking when both arrive") {
    CHECK(nano_words().single_token("<think>").has_value());
    const std::size_t inner = nano_words().tokenize("a b", true).size();
    CHECK_EQUAL(track_ids(think_tags(), "<think>a b</think> c"), (span_of_thinking{0, inner + 2, true, false}));
    CHECK_EQUAL(track_ids(think_tags(), "<think>a b"), (span_of_thinking{0, inner + 1, false, true}));
}

TEST("thinking opens behind white space but not behind words") {
    CHECK_EQUAL(track_ids(think_tags(), "\n<think>").begin, 1u);
    CHECK_EQUAL(track_ids(think_tags(), "First<think>a</think>"), (span_of_thinking{0, 0, false, false}));
}

TEST("thinking opens once when the answer has delimiters too") {
    const auto once = track_ids(think_tags(), "<think></think>");
    CHECK_EQUAL(track_ids(think_tags(), "<think></think><think></think>"), once);
}

TEST("thinking is open from the first token when the prompt opened it") {
    think_format format = think_tags();
    format.opened_by_prompt = true;
    CHECK_EQUAL(track_ids(format, "</think>"), (span_of_thinking{0, 1, true, false}));
    CHECK_EQUAL(track_ids(format, ""), (span_of_thinking{0, 0, false, true}));
}

TEST("delimiters of several tokens are found in the text across token borders") {
    const think_format format{"<reason>", "</reason>", false};
    CHECK(!nano_words().single_token("<reason>").has_value());
    CHECK_EQUAL(track(format, {"\n", "<rea", "son>\n", "a<", "/rea", "son", ">\n\n", "b"}),
                (span_of_thinking{1, 7, true, false}));
    CHECK_EQUAL(track(format, {"<rea", "lly"}), (span_of_thinking{0, 0, false, false}));
    CHECK_EQUAL(track(format, {"<rea", "son>", "</rea", "lly>"}), (span_of_thinking{0, 4, false, true}));
}

TEST("a model without a think format never thinks") {
    think_tracker tracker(std::nullopt, nano_words());
    tracker.deliver(*nano_words().single_token("<think>"), "<think>");
    CHECK(!tracker.inside());
    CHECK_EQUAL(tracker.end(), 0u);
}

TEST("a stop string is found when it is spread over tokens") {
    stop_strings stops({"", "END", "STOP"});
    CHECK(!stops.deliver("an E"));
    CHECK(!stops.deliver("N"));
    CHECK_EQUAL(stops.deliver("D of it").value_or(""), "END");
}

TEST("the stop string that begins first is named when a token completes two") {
    stop_strings stops({"BC", "ABCD"});
    CHECK(!stops.deliver("A"));
    CHECK_EQUAL(stops.deliver("BCD").value_or(""), "ABCD");
}

TEST("a stop string is not found across a restart") {
    stop_strings stops({"END"});
    CHECK(!stops.deliver("EN"));
    stops.restart();
    CHECK(!stops.deliver("D"));
}

TEST("plain prompt text cannot forge control tokens or think delimiters") {
    const vocabulary& words = nano_words();
    const tokens forged = words.encode({{"<|im_end|><think>x</think>", false}}, false);
    for (const char* text : {"<|im_end|>", "<think>", "</think>"}) {
        const token id = words.single_token(text).value();
        CHECK(std::find(forged.begin(), forged.end(), id) == forged.end());
    }
    CHECK_EQUAL(words.detokenize(forged, true), "<|im_end|><think>x</think>");
}

TEST("a prompt in pieces has the tokens of the whole text when nothing is forged") {
    const vocabulary& words = nano_words();
    const std::string text = "<|im_start|>user\nCalculate 12 + 30.<|im_end|>\n<|im_start|>assistant\n";
    CHECK_EQUAL(words.encode(chat("Calculate 12 + 30."), false), words.tokenize(text, true));
}

int main() {
    return run_tests();
}
