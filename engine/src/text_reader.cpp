#include "text_reader.h"

#include "decision_point.h"

#include <algorithm>
#include <utility>

namespace laconic {

namespace {

engine_options of_one_stream(engine_options options) {
    options.streams = 1;
    return options;
}

/// Where the ubatch begins that holds this position. Those of a prompt are the scheduler's, those behind it give the
/// same bits as the scheduler's.
std::size_t ubatch_start(std::size_t position, std::size_t prompt) {
    if (position < prompt) return position / prompt_block * prompt_block;
    return prompt + (position - prompt) / most_text_rows * most_text_rows;
}

std::size_t ubatch_end(std::size_t start, std::size_t prompt) {
    return start < prompt ? std::min(start + prompt_block, prompt) : start + most_text_rows;
}

} // namespace

text_reader::text_reader(const model& model, const engine_options& options)
    : keeps_(model.capabilities.memory == sequence_memory::attention), context_tokens_(options.context_tokens),
      context_(model, of_one_stream(options), true) {}

std::vector<float> text_reader::states(const tokens& prompt, const tokens& ids) {
    std::vector<float> states;
    read(joined(prompt, ids), prompt.size(), [&](std::size_t, std::size_t row_index) {
        const auto state = context_.state(row_index);
        states.insert(states.end(), state.begin(), state.end());
    });
    return states;
}

std::vector<float> text_reader::log_probs(const tokens& prompt, const tokens& ids, std::size_t from) {
    text text = joined(prompt, ids);
    if (from == ids.size()) return {};
    const token last = text.ids.back(); // nothing follows it, so it is not fed
    text.ids.pop_back();
    std::vector<float> found;
    read(text, prompt.size() + from - 1, [&](std::size_t position, std::size_t row_index) {
        const auto logits = context_.logits(row_index);
        const token next = position + 1 < text.ids.size() ? text.ids[position + 1] : last;
        found.push_back(static_cast<float>(logits[static_cast<std::size_t>(next)] - log_of_sum(logits)));
    });
    return found;
}

text_reader::text text_reader::joined(const tokens& prompt, const tokens& ids) const {
    if (prompt.empty()) throw engine_error(error_code::usage, "the prompt is empty");
    if (prompt.size() + ids.size() > static_cast<std::size_t>(context_tokens_)) {
        throw engine_error(error_code::usage, "a prompt of " + std::to_string(prompt.size()) + " tokens and " +
                                                  std::to_string(ids.size()) +
                                                  " ids behind it do not fit into a context of " +
                                                  std::to_string(context_tokens_));
    }
    text made{prompt, prompt.size()};
    made.ids.insert(made.ids.end(), ids.begin(), ids.end());
    return made;
}

/// Rows from the position `first` on are looked at, in order.
void text_reader::read(const text& text, std::size_t first, const row_function& look) {
    std::size_t start = known_rows(text, first);
    context_.cut(0, static_cast<int>(start));
    held_.ids.resize(start);
    held_.prompt = text.prompt;
    while (start < text.ids.size()) {
        const std::size_t end = std::min(ubatch_end(start, text.prompt), text.ids.size());
        rows_.clear();
        for (std::size_t position = start; position < end; ++position)
            rows_.push_back({text.ids[position], static_cast<int>(position), 0, position >= first});
        context_.feed(rows_, start < text.prompt ? passage::prompt : passage::sample);
        held_.ids.insert(held_.ids.end(), text.ids.begin() + static_cast<std::ptrdiff_t>(start),
                         text.ids.begin() + static_cast<std::ptrdiff_t>(end));
        for (std::size_t position = std::max(start, first); position < end; ++position)
            look(position, position - start);
        start = end;
    }
}

/// How many rows of the text need not be fed: whole ubatches, the same in the text that is held, before row `first`.
std::size_t text_reader::known_rows(const text& text, std::size_t first) const {
    if (!keeps_) return 0;
    const auto parting = std::mismatch(held_.ids.begin(), held_.ids.end(), text.ids.begin(), text.ids.end()).first;
    std::size_t same = std::min(static_cast<std::size_t>(parting - held_.ids.begin()), first);
    if (held_.prompt != text.prompt) {
        same = std::min({same, held_.prompt, text.prompt});
        return same / prompt_block * prompt_block;
    }
    return ubatch_start(same, text.prompt);
}

} // namespace laconic
