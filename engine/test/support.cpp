#include "support.h"

#include "check.h"

#include <fstream>
#include <future>
#include <mutex>

namespace laconic::test {

std::string nano_path() {
    return LACONIC_MODELS "/reference-nano/reference-nano.gguf";
}

std::string reference_path() {
    return LACONIC_MODELS "/reference/reference.gguf";
}

std::string datasets_folder() {
    return LACONIC_DATASETS;
}

std::string vocabulary_folder() {
    return LACONIC_VOCABULARIES;
}

void load_backends_once() {
    load_backends(LACONIC_LIBRARIES);
}

think_format think_tags() {
    return {"<think>", "</think>", false};
}

engine_options options_for(const std::string& model_path, int streams) {
    load_backends_once();
    engine_options options;
    options.model_path = model_path;
    options.streams = streams;
    options.context_tokens = 1024;
    options.think = think_tags();
    return options;
}

prompt_text chat(const std::string& question) {
    return {{"<|im_start|>user\n", true}, {question, false}, {"<|im_end|>\n<|im_start|>assistant\n", true}};
}

std::string question(int index) {
    const std::string a = std::to_string(13 + 7 * index), b = std::to_string(5 + 11 * index),
                      c = std::to_string(2 + index % 7);
    return "What is " + a + " + " + b + " - " + c + "?";
}

std::vector<std::string> questions(int count) {
    const std::vector<std::string> names{"arithmetic", "countdown",   "word-problems",
                                         "equations",  "clock-times", "modular"};
    std::vector<std::ifstream> files;
    for (const std::string& name : names)
        files.emplace_back(datasets_folder() + "/" + name + "/items.jsonl");
    std::vector<std::string> found;
    for (std::size_t turn = 0; static_cast<int>(found.size()) < count; ++turn) {
        std::string line;
        if (!std::getline(files[turn % files.size()], line))
            throw std::runtime_error("the data sets have too few items");
        constexpr std::string_view mark = "\"question\": \"";
        const std::size_t begin = line.find(mark) + mark.size(); // none of the questions has an escaped character
        found.push_back(line.substr(begin, line.find('"', begin) - begin));
    }
    return found;
}

request make_request(int id, technique how) {
    request made;
    made.id = id;
    made.prompt = chat(question(id));
    made.how = std::move(how);
    made.sampling.max_tokens = 160;
    made.item_key = 0x9d3f00000000ull + static_cast<std::uint64_t>(id);
    return made;
}

budget_technique budget_of(int tokens) {
    return {tokens, {{"\n", false}, {"</think>", true}, {"\n\n", false}}};
}

nothinking_technique no_thinking() {
    return {{{"<think>", true}, {"\n\n", false}, {"</think>", true}, {"\n\n", false}}};
}

std::map<int, generation> run(engine& engine, std::vector<request> requests, job_counters* counters) {
    static std::uint64_t next_job = 1000;
    std::map<int, generation> samples;
    std::promise<job_result> done;
    engine.submit(
        next_job++, std::move(requests),
        [&](double id, generation made) { samples.emplace(static_cast<int>(id), std::move(made)); },
        [&](job_result result) { done.set_value(std::move(result)); });
    const job_result result = done.get_future().get();
    if (result.error) throw *result.error;
    if (counters != nullptr) *counters = result.counters;
    return samples;
}

tokens all_ids(const generation& made) {
    tokens ids = made.think_ids;
    ids.insert(ids.end(), made.answer_ids.begin(), made.answer_ids.end());
    return ids;
}

int delivered(const ledger& counts) {
    return counts.think_sampled + counts.think_injected + counts.answer_sampled + counts.answer_injected;
}

void check_identical(const generation& left, const generation& right) {
    CHECK_EQUAL(left.think_ids, right.think_ids);
    CHECK_EQUAL(left.answer_ids, right.answer_ids);
    CHECK_EQUAL(left.thinking, right.thinking);
    CHECK_EQUAL(left.answer, right.answer);
    CHECK_EQUAL(left.think_stop, right.think_stop);
    CHECK_EQUAL(left.stop_reason, right.stop_reason);
    CHECK_EQUAL(left.stop_detail.value_or("(none)"), right.stop_detail.value_or("(none)"));
    CHECK(left.ledger == right.ledger);
    CHECK(left.events == right.events);
    CHECK(left.certainty == right.certainty);
}

} // namespace laconic::test
