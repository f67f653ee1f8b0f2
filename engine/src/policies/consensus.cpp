// The model is asked for its answer again and again while it thinks; when it has said the same a few times in a row,
// the thinking ends. Two published rules are this one:
//   Dynasor-CoT (arXiv 2412.20993, hao-ai-lab/Dynasor, cot.py): every n tokens; equal as mathematics; no doubting words
//   Answer convergence (arXiv 2506.02536): after every sentence; the same string
#include "policies/chunks.h"
#include "policies/policy.h"

#include <algorithm>

namespace laconic {

namespace {

std::string lower(std::string text) {
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return text;
}

class consensus final : public policy {
public:
    consensus(const consensus_technique& technique, const vocabulary& words)
        : how_(technique),
          words_(words), probe_{words.encode(technique.probe, false), technique.probe_tokens, technique.stops, {}} {
        probe_.sampling.temperature = technique.probe_temperature;
        probe_.sampling.top_p = technique.probe_top_p;
    }

    action decide(decision_point& point, const progress& so_far) override {
        drawn_ = point.draw();
        if (!so_far.thinking || drawn_ == no_token || !chunk_ends(so_far)) return take{drawn_, std::nullopt};
        return probe_;
    }

    action conclude(const probe_report& report, const progress&) override {
        const std::string answer = until_unpaired_brace(report.text);
        const std::string form = how_.normal_form ? answer_normal_form(answer) : answer;
        const bool counts = answer.find_first_not_of(" \t\r\n") != std::string::npos && !doubtful(report.text);
        agreeing_ = !counts ? 0 : form == last_ ? agreeing_ + 1 : 1;
        last_ = form;
        if (agreeing_ < how_.window) return take{drawn_, std::nullopt};
        prompt_text closing = how_.closing;
        for (prompt_piece& piece : closing)
            fill_in(piece.text, answer);
        return force{words_.encode(closing, false), text_of(closing), think_stop::exit,
                     std::to_string(agreeing_) + " equal answers: " + answer, how_.closing_answers};
    }

    int probe_cells() const override { return static_cast<int>(probe_.prompt.size()) + probe_.most; }

private:
    bool chunk_ends(const progress& so_far) {
        if (how_.chunk_tokens == 0) return sentences_.before(words_.piece(drawn_, true));
        return so_far.thought > 0 && so_far.thought % how_.chunk_tokens == 0;
    }

    /// As part of a word, too: "no" is found in "now".
    bool doubtful(const std::string& text) const {
        const std::string plain = lower(text);
        return std::any_of(how_.doubts.begin(), how_.doubts.end(),
                           [&](const std::string& word) { return plain.find(word) != std::string::npos; });
    }

    static void fill_in(std::string& text, const std::string& answer) {
        constexpr std::string_view place = "{answer}";
        if (const std::size_t at = text.find(place); at != std::string::npos) text.replace(at, place.size(), answer);
    }

    consensus_technique how_;
    const vocabulary& words_;
    probe probe_;
    sentence_ends sentences_;
    token drawn_ = no_token;
    std::string last_;
    int agreeing_ = 0;
};

} // namespace

std::unique_ptr<policy> make_consensus(const consensus_technique& technique, const vocabulary& words) {
    return std::make_unique<consensus>(technique, words);
}

} // namespace laconic
