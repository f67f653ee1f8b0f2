// What the tests share: models, prompts, and a way to run requests to their end.
#pragma once

#include "laconic/engine.h"

#include <map>

namespace laconic::test {

std::string nano_path();
std::string reference_path();
std::string vocabulary_folder();
std::string datasets_folder();
void load_backends_once();

/// The reference models' format.
think_format think_tags();
engine_options options_for(const std::string& model_path, int streams);

prompt_text chat(const std::string& question);
/// Small problems of the kind that the reference models know, different for every index.
std::string question(int index);
/// Questions of the data sets in turn.
std::vector<std::string> questions(int count);
request make_request(int id, technique how = baseline_technique{});

budget_technique budget_of(int tokens);
nothinking_technique no_thinking();

/// Runs a job to its end; samples by request id. Throws the job's error.
std::map<int, generation> run(engine& engine, std::vector<request> requests, job_counters* counters = nullptr);

tokens all_ids(const generation& made);
int delivered(const ledger& counts);

/// Every field of two samples.
void check_identical(const generation& left, const generation& right);

/// The code of the engine_error that `body` throws; nothing where it throws none.
template <typename Body>
std::optional<error_code> error_of(Body body, std::string* message = nullptr) {
    try {
        body();
        return std::nullopt;
    } catch (const engine_error& error) {
        if (message != nullptr) *message = error.what();
        return error.code;
    }
}

} // namespace laconic::test
