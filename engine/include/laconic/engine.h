// The engine's whole surface: open a model, submit requests, receive samples.
//
// A request is one sample to make: one arm's answer to one item in one repeat. Requests of several jobs are decoded
// together on one scheduler thread; what a request yields does not depend on its company.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace laconic {

using token = std::int32_t;
using tokens = std::vector<token>;

enum class error_code { usage, model_missing, model_invalid, engine_unavailable, engine_died, interrupted };

/// Thrown by every function below; what() is a sentence for the user.
class engine_error : public std::runtime_error {
public:
    engine_error(error_code code, const std::string& message) : std::runtime_error(message), code(code) {}
    error_code code;
};

// ---- before a model is open ----

struct backend_info {
    std::string llama_cpp;
    std::string cpu_variant;
};

/// Loads the compute backends that lie in `library_directory`. Call once, before anything else; again is harmless.
backend_info load_backends(const std::string& library_directory);

/// What a sequence's past is kept in. Only attention keeps it token by token, so that a part of it can be removed.
enum class sequence_memory { attention, recurrent, hybrid };

struct model_capabilities {
    std::string arch;
    std::string quantization; // the type that holds most of the file's bytes
    std::uint64_t parameters = 0;
    std::uint32_t vocabulary_size = 0;
    std::uint32_t context_tokens = 0; // as trained
    std::uint32_t layers = 0;
    std::uint64_t kv_bytes_per_token = 0;
    std::uint64_t file_bytes = 0;
    sequence_memory memory = sequence_memory::attention;
    bool ratio_token = false; // "<|eot_id|>", which TokenSkip's ratios stand between, is one token of the vocabulary
};

/// Reads metadata and tokenizer without the weights; a file that is damaged or of an unknown kind is refused here.
model_capabilities inspect_model(const std::string& path);

// ---- what to make ----

/// Only `special` pieces may become control tokens, so a question cannot forge one.
struct prompt_piece {
    std::string text;
    bool special = false;
};
using prompt_text = std::vector<prompt_piece>;

struct think_format {
    std::string open;
    std::string close;
    bool opened_by_prompt = false; // the opening delimiter then counts as prompt
};

/// Filters apply to the distribution at `temperature`, in the order top-k, top-p, min-p. Temperature 0 is greedy.
struct sampling {
    double temperature = 0;
    int top_k = 0;    // 0: off
    double top_p = 1; // 1: off
    double min_p = 0; // 0: off
    int max_tokens = 1024;
    std::uint64_t seed = 1;

    bool operator==(const sampling&) const = default;
};

struct baseline_technique {};
struct nowait_technique {
    tokens banned;
    bool thinking_only = true;
    double penalty = std::numeric_limits<double>::infinity(); // taken off the logits of the banned ids
    double confidence = 0; // held down only where the last `window` tokens were at least this certain; 0: everywhere
    int window = 1;
};
struct budget_technique {
    int tokens = 0;      // sampled thinking tokens after the opening delimiter
    prompt_text closing; // forced when they are spent; contains the closing delimiter
};
struct nothinking_technique {
    prompt_text prefill; // injected before the first sampled token; contains both delimiters
};
struct s1_technique {
    std::optional<int> tokens; // sampled thinking tokens after the opening delimiter; none: no upper limit
    prompt_text closing;       // forced when they are spent, on a line of its own; contains the closing delimiter
    int waits = 0;             // how many ends of the thinking are withheld
    prompt_text wait;          // appended in place of each
    std::string end;           // the closing delimiter; one token of the vocabulary where waits > 0
};
struct soft_budget_technique {
    int deadline = 1;    // sampled thinking tokens after the opening delimiter
    int interval = 1;    // sampled thinking tokens between two announcements; none at or after the deadline
    prompt_text message; // injected; {used} and {remaining} become numbers
    prompt_text closing; // forced at the deadline; empty: nothing happens there
};
/// Of the probabilities of an answer's tokens.
enum class confidence_mean { arithmetic, geometric, least };
struct deer_technique {
    using mean = confidence_mean;

    tokens triggers;                // ids before which the model is asked for its answer
    prompt_text probe;              // what asks for it
    int probe_tokens = 20;          // sampled at most
    double probe_temperature = 0;   // 0: greedy
    std::vector<std::string> stops; // texts that end a probe
    bool stop_needed = false;       // a probe that does not end with one of them has no confidence
    double threshold = 0.95;        // leaves the thinking above it
    mean confidence = mean::arithmetic;
    int most_probes = 10;
    int think_limit = 0; // sampled thinking tokens after which the thinking is left; 0: none
    prompt_text closing; // forced then; contains the closing delimiter
};
/// Dynasor and answer convergence: asked again and again, the model gives the same answer.
struct consensus_technique {
    int chunk_tokens = 0; // sampled thinking tokens from probe to probe; 0: a probe after every sentence
    prompt_text probe;    // what asks for the answer; it opens a brace that the answer closes
    int probe_tokens = 20;
    double probe_temperature = 0;
    double probe_top_p = 1;
    std::vector<std::string> stops;
    int window = 3;                  // leaves the thinking when so many probes in a row agree
    std::vector<std::string> doubts; // words that no probe among them may contain
    bool normal_form = false;        // answers are compared by their normal form, not byte by byte
    prompt_text closing;             // forced then; "{answer}" in it becomes the answer
    bool closing_answers = false;    // the sample ends with it
};
/// EAT: how sure the model would be of its answer no longer changes.
struct eat_technique {
    std::string delimiter;   // a probe wherever the thinking completes it
    prompt_text probe;       // contains the closing delimiter
    double alpha = 0.2;      // weight of the newest entropy
    double threshold = 1e-4; // leaves the thinking where the moving variance is below it
    int least_probes = 25;   // after the first one, before the rule holds
    prompt_text closing;
};
/// The model is asked for its answer every so many tokens, and one sure answer is enough.
struct confidence_technique {
    enum class measure { probability, entropy };

    int chunk_tokens = 64; // sampled thinking tokens from probe to probe
    prompt_text probe;     // what asks for the answer
    int probe_tokens = 20;
    std::vector<std::string> stops; // texts that end a probe
    measure looks_at = measure::probability;
    double threshold = 0.95; // leaves the thinking above this mean probability, or below this mean entropy
    prompt_text closing;
};
/// Thinks only where a look at the answer without thinking says that it is needed.
struct adaptive_technique {
    enum class signal { entropy, confidence };

    prompt_text prefill; // finished thinking, as of nothinking; read by the probe, injected where no thinking is needed
    prompt_text probe;   // behind it, before the answer that is looked at
    int probe_tokens = 20;          // sampled for the confidence; the entropy needs none
    std::vector<std::string> stops; // texts that end the probe
    signal looks_at = signal::confidence;
    double threshold = 0.9; // thinks where the confidence is at most, or the entropy more than this
};
using technique = std::variant<baseline_technique, nowait_technique, budget_technique, nothinking_technique,
                               s1_technique, soft_budget_technique, deer_technique, consensus_technique, eat_technique,
                               confidence_technique, adaptive_technique>;

struct request {
    double id = 0; // the caller's handle
    prompt_text prompt;
    technique how;
    laconic::sampling sampling;
    std::uint64_t item_key = 0; // hash of the item's content
    std::uint32_t repeat = 0;
    std::uint32_t lane = 0; // 0 … 127: which of several paths of one sample, each with random numbers of its own
    /// A thinking to go through again, from the first delivered token on; empty: none. What the model would take at
    /// delivered index i is then trace[i], until the policy forces something: from there on the model decodes for
    /// itself. Where the policy never does, the sample ends with the trace.
    tokens trace = {};
    bool certainty = false; // the sample is to say how certain the model was; its tokens do not depend on it
};

// ---- what comes back ----

/// Token ids by kind. Thinking runs from the opening through the closing delimiter, both included.
struct ledger {
    int prompt = 0;
    int think_sampled = 0;
    int think_injected = 0;
    int answer_sampled = 0;
    int answer_injected = 0;
    int probe_prompt = 0;
    int probe_sampled = 0;
    int draft_rejected = 0;

    bool operator==(const ledger&) const = default;
};

/// natural: the model closed its thinking, or ended the sample inside it. cap: max_tokens ended it there (censored).
enum class think_stop { none, natural, budget, exit, cap };
enum class stop_reason { eos, stop_string, length_cap, error };
enum class event_type { suppressed, forced, wait_inserted, probe, exit, route, steered };

struct sample_event {
    int at = 0; // 0-based index in the delivered tokens
    event_type type = event_type::suppressed;
    std::string detail;

    bool operator==(const sample_event&) const = default;
};

/// How certain the model was of what it chose itself: its own probabilities, at temperature 1 before any filter.
/// Null where there is nothing to average.
struct certainty {
    std::optional<double> answer_mean;  // probability of the answer's sampled tokens, end of generation apart
    std::optional<double> answer_least; // of them
    int answer_tokens = 0;              // how many they are
    // Kang et al., arXiv 2502.18581 (known second hand): mean over all sampled tokens of KL(uniform || p).
    std::optional<double> self_certainty;

    bool operator==(const certainty&) const = default;
};

struct generation {
    std::string thinking; // between the delimiters
    std::string answer;
    tokens think_ids;
    tokens answer_ids;
    laconic::ledger ledger;
    laconic::think_stop think_stop = think_stop::none;
    laconic::stop_reason stop_reason = stop_reason::error;
    std::optional<std::string> stop_detail;
    std::vector<sample_event> events;
    std::optional<laconic::certainty> certainty; // where the request asked for it
    /// What a progress_probe reads off the thinking tokens, in the order of think_ids; empty without a probe. It ends
    /// with the last token whose state was looked at; NaN stands for those before it that were not.
    std::vector<float> progress;
};

/// One decode: a row for every live path.
struct decode_step {
    double seconds = 0; // with the sampling, and with what was done to the KV cache for branches
    int rows = 0;
    int forks = 0; // branches that got a stream, and streams that had to move
};

struct job_counters {
    std::uint64_t decoded_tokens = 0;        // fed through the model, dummy rows included, prompt excluded
    std::uint64_t prefill_tokens = 0;        // fed
    std::uint64_t prefill_shared_tokens = 0; // prompt tokens that were not fed because somebody had been fed the same
    double engine_seconds = 0;               // spent in decode and sampling while the job was in flight
    std::vector<decode_step> steps;          // since the last job ended; only with engine_options::record_steps
};

struct job_result {
    job_counters counters;
    std::optional<engine_error> error; // interrupted, or the engine failed
};

// ---- the engine ----

/// A direction that is added to the residual stream of every generated token, from the first delivered one to the last,
/// behind the feed-forward part of the layers `first_layer` to `last_layer`; never of the prompt.
struct steering {
    std::vector<float> direction; // (width), in the length that is added
    int first_layer = 1;          // from 0, both included; libllama cannot add anything to layer 0
    int last_layer = 1;
    std::string label; // detail of the event that every sample then begins with
};

/// A linear reading of a token's state in the last layer, behind the final norm: intercept + direction · state.
struct progress_probe {
    std::vector<float> direction; // (width)
    double intercept = 0;
};

/// A LoRA adapter in a GGUF file. For every weight W that it names, W + scale * (alpha / r) * B * A is used instead.
struct adapter_file {
    std::string path;
    double scale = 1; // -10 … 10; an adapter of scale 0 is read and checked, and adds nothing
};

struct engine_options {
    std::string model_path;
    std::vector<adapter_file> adapters; // at most 8, added up in this order
    int streams = 16;          // sequences decoded together, 1 … 256 (255 with several threads)
    int context_tokens = 2048; // KV cells of one stream
    int threads = 1;
    std::optional<think_format> think;
    std::vector<std::string> stop_strings; // looked for in the answer only
    bool add_bos = false;
    bool sharing = true; // requests may share what they have in common; no sample depends on it
    bool record_steps = false; // job_counters::steps, for benchmarks
    std::optional<laconic::steering> steering;
    std::optional<progress_probe> progress;
};

class engine {
public:
    /// Maps the weights and starts the scheduler thread.
    static std::unique_ptr<engine> open(const engine_options& options);
    /// Closes.
    ~engine();

    const model_capabilities& capabilities() const;
    tokens tokenize(std::string_view text, bool special) const;
    std::string detokenize(const tokens& ids) const;
    /// Text of every vocabulary entry, control tokens empty.
    std::vector<std::string> vocabulary() const;
    /// Reads `ids` behind the prompt, steered as generated tokens are: their states in the last layer, behind the final
    /// norm, row by row, (ids, width). Takes one more stream of KV cells from its first use on, and blocks.
    std::vector<float> states(const prompt_text& prompt, const tokens& ids) const;
    /// Natural logarithm of the probability that the model gives ids[from], ids[from + 1], …, each behind the prompt and
    /// the ids before it, at temperature 1 before any filter: (ids - from). Steering, context and blocking as of
    /// `states`. Where a text begins like the one read before, only the rest is fed; the result is the same bit by bit.
    std::vector<float> log_probs(const prompt_text& prompt, const tokens& ids, std::size_t from) const;

    using sample_callback = std::function<void(double request_id, generation)>;
    using done_callback = std::function<void(job_result)>;
    /// Adds a job to the running schedule. The callbacks come from the scheduler thread: `on_sample` once per finished
    /// request in any order, then `on_done` once. Throws where the engine is closed or the job's number is in use.
    void submit(std::uint64_t job, std::vector<request> requests, sample_callback on_sample, done_callback on_done);
    /// Drops the unfinished requests of a job before the next step; unknown numbers are ignored.
    void abort(std::uint64_t job);
    /// Interrupts what is in flight, joins the thread and frees the model; every other function then throws.
    /// Idempotent, but not to be called while another function runs, `states` and `log_probs` apart.
    void close();

private:
    struct parts;
    explicit engine(std::unique_ptr<parts> parts);
    parts& open_parts() const;
    std::unique_ptr<parts> parts_; // null when closed
    mutable std::mutex closing_;
};

} // namespace laconic
