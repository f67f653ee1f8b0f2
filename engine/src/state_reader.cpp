#include "state_reader.h"

#include <algorithm>

namespace laconic {

namespace {

engine_options of_one_stream(engine_options options) {
    options.streams = 1;
    return options;
}

} // namespace

state_reader::state_reader(const model& model, const engine_options& options)
    : context_tokens_(options.context_tokens), context_(model, of_one_stream(options), true) {}

std::vector<float> state_reader::read(const tokens& prompt, const tokens& ids) {
    if (prompt.empty()) throw engine_error(error_code::usage, "the prompt is empty");
    if (prompt.size() + ids.size() > static_cast<std::size_t>(context_tokens_)) {
        throw engine_error(error_code::usage, "a prompt of " + std::to_string(prompt.size()) + " tokens and " +
                                                  std::to_string(ids.size()) +
                                                  " ids behind it do not fit into a context of " +
                                                  std::to_string(context_tokens_));
    }
    std::vector<float> states;
    context_.cut(0, 0);
    feed(prompt, 0, passage::prompt, states);
    feed(ids, static_cast<int>(prompt.size()), passage::sample, states);
    return states;
}

/// In ubatches that give the same bits as the scheduler's; the states of a sample's rows go behind `states`.
void state_reader::feed(std::span<const token> text, int position, passage of, std::vector<float>& states) {
    while (!text.empty()) {
        const std::size_t count = std::min(text.size(), of == passage::prompt ? prompt_block : most_text_rows);
        rows_.clear();
        for (const token id : text.first(count))
            rows_.push_back({id, position++, 0, of == passage::sample});
        context_.feed(rows_, of);
        for (std::size_t i = 0; of == passage::sample && i < count; ++i) {
            const auto state = context_.state(i);
            states.insert(states.end(), state.begin(), state.end());
        }
        text = text.subspan(count);
    }
}

} // namespace laconic
