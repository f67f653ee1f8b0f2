#include "scheduler.h"

#include "groups.h"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <utility>

namespace laconic {

namespace {

double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

} // namespace

scheduler::scheduler(const model& model, const vocabulary& words, const engine_options& options)
    : setting_{words, options}, context_(model, options, options.progress.has_value()),
      // What was steered is no prompt's head, whatever its tokens are.
      forest_(options.streams, options.sharing && !options.steering, context_), thread_([this] { run(); }) {}

scheduler::~scheduler() {
    close();
}

void scheduler::submit(std::uint64_t number, std::vector<request> requests, engine::sample_callback on_sample,
                       engine::done_callback on_done) {
    const auto added = std::make_shared<job>();
    added->number = number;
    added->unfinished = requests.size();
    std::vector<std::vector<request>> groups = group_requests(std::move(requests), setting_.options.sharing);
    added->on_sample = std::move(on_sample);
    added->on_done = std::move(on_done);
    added->busy_at_start = busy_seconds_;
    const std::lock_guard lock(mutex_);
    if (closing_) throw engine_error(error_code::engine_unavailable, "the engine is closed");
    if (!jobs_.emplace(number, added).second) {
        throw engine_error(error_code::usage, "job " + std::to_string(number) + " is already in flight");
    }
    for (std::vector<request>& group : groups)
        waiting_.push_back({added, std::move(group)});
    wake_.notify_one();
}

void scheduler::abort(std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    const auto found = jobs_.find(number);
    if (found == jobs_.end()) return;
    found->second->aborted = true;
    wake_.notify_one();
}

void scheduler::close() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
        wake_.notify_one();
    }
    if (thread_.joinable()) thread_.join();
}

/// The core loop. Each turn feeds the model one ubatch: a chunk of a text that a stream has still to read (a prompt, or
/// what a policy forced), or else one row for every live stream. Texts go first, so that decoding runs with full
/// batches, and a new group is planted only when the others have read theirs, so that it can start from their head.
void scheduler::run() {
    try {
        while (wait_for_work()) {
            settle_jobs();
            const double start = now();
            // A prompt's last token must not be steered among others.
            if (const auto stream = forest_.stream_with_text(setting_.options.steering.has_value())) {
                prefill(*stream);
            } else if (!plant_next_group() && forest_.anything_live()) {
                const int forks = forest_.forks();
                forest_.arrange();
                decode();
                record_step(now() - start, forest_.forks() - forks);
            }
            busy_seconds_ = busy_seconds_ + (now() - start);
        }
        end_all_jobs(engine_error(error_code::interrupted, "the engine was closed"));
    } catch (const engine_error& error) {
        end_all_jobs(error);
    } catch (const std::exception& error) {
        end_all_jobs(engine_error(error_code::engine_died, error.what()));
    }
}

/// Sleeps while there is nothing to do; false when the engine closes.
bool scheduler::wait_for_work() {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return closing_ || !jobs_.empty(); });
    return !closing_;
}

/// Ends the jobs that were aborted, and those that had nothing to do.
void scheduler::settle_jobs() {
    std::vector<std::shared_ptr<job>> settled;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [number, job] : jobs_) {
            if (job->aborted || job->unfinished == 0) settled.push_back(job);
        }
        std::erase_if(waiting_, [](const waiting_group& waiting) { return waiting.job->aborted; });
    }
    for (const auto& job : settled) {
        forest_.clear(*job);
        std::optional<engine_error> error;
        if (job->unfinished > 0) error.emplace(error_code::interrupted, "the job was aborted");
        end_job(job, std::move(error));
    }
}

/// False where no group waits or no stream is free.
bool scheduler::plant_next_group() {
    const auto stream = forest_.free_stream();
    if (!stream) return false;
    waiting_group next;
    {
        const std::lock_guard lock(mutex_);
        if (waiting_.empty()) return false;
        next = std::move(waiting_.front());
        waiting_.pop_front();
    }
    std::vector<std::unique_ptr<arm>> arms, refused; // e.g. too long
    for (const request& request : next.requests) {
        auto made = std::make_unique<arm>(request, setting_);
        (made->finished() ? refused : arms).push_back(std::move(made));
    }
    if (!arms.empty()) {
        const auto prompt = static_cast<std::uint64_t>(arms.front()->prompt_tokens());
        next.job->counters.prefill_shared_tokens += prompt * (arms.size() - 1);
        next.job->counters.prefill_shared_tokens +=
            static_cast<std::uint64_t>(forest_.plant(*stream, std::make_unique<trunk>(next.job, std::move(arms))));
    }
    hand_over(next.job, refused);
    return true;
}

/// An ubatch of one stream's own. A text's last token may be left over: it is then a row of the next decode.
void scheduler::prefill(int stream) {
    const trunk& trunk = *forest_.live(stream);
    const std::size_t most = trunk.in_prompt() ? prompt_block : most_text_rows;
    const auto text = trunk.next().first(std::min(trunk.next().size(), most));
    rows_.clear();
    for (const token id : text)
        rows_.push_back({id, trunk.fed() + static_cast<int>(rows_.size()), stream, false});
    rows_.back().wants_logits = trunk.decides_after(text.size());
    feed(trunk.in_prompt() ? passage::prompt : passage::sample);
    grow(stream, rows_.size(), rows_.size() - 1);
}

/// One row per live stream, in one ubatch. With several threads ggml splits a lone row's attention in another way than
/// a row among others, so a lone row then gets a dummy beside it, in the next stream, which is emptied again.
void scheduler::decode() {
    rows_.clear();
    for (int i = 0; i < forest_.streams(); ++i) {
        if (const trunk* const live = forest_.live(i)) {
            rows_.push_back({live->next().front(), live->fed(), i, live->decides_after(1)});
        }
    }
    const std::size_t count = rows_.size();
    const bool dummy = count == 1 && setting_.options.threads > 1;
    if (dummy) {
        const int beside = rows_.front().stream + 1;
        if (beside < forest_.streams()) forest_.forget(beside);
        rows_.push_back({rows_.front().id, 0, beside, false});
        ++forest_.live(rows_.front().stream)->job()->counters.decoded_tokens;
    }
    feed(passage::sample);
    if (dummy) context_.cut(rows_.back().stream, 0);
    for (std::size_t i = 0; i < count; ++i)
        grow(rows_[i].stream, 1, i);
}

void scheduler::record_step(double seconds, int forks) {
    if (setting_.options.record_steps) steps_.push_back({seconds, static_cast<int>(rows_.size()), forks});
}

void scheduler::feed(passage of) {
    passage_ = of;
    context_.feed(rows_, of);
}

/// The live trunk of `stream` has been fed `count` tokens, the last of them in row `last_row`.
void scheduler::grow(int stream, std::size_t count, std::size_t last_row) {
    const trunk& trunk = *forest_.live(stream);
    const auto job = trunk.job();
    (trunk.in_prompt() ? job->counters.prefill_tokens : job->counters.decoded_tokens) += count;
    const auto logits = rows_[last_row].wants_logits ? context_.logits(last_row) : std::span<float>();
    hand_over(job, forest_.grow(stream, count, logits, progress_at(last_row)));
}

std::optional<float> scheduler::progress_at(std::size_t row) const {
    const auto& probe = setting_.options.progress;
    if (!probe || passage_ == passage::prompt) return std::nullopt;
    const auto state = context_.state(row);
    return static_cast<float>(
        std::inner_product(state.begin(), state.end(), probe->direction.begin(), probe->intercept));
}

void scheduler::hand_over(const std::shared_ptr<job>& job, const std::vector<std::unique_ptr<arm>>& finished) {
    for (const auto& arm : finished)
        job->on_sample(arm->request_id(), arm->result());
    job->unfinished -= finished.size();
    if (!finished.empty() && job->unfinished == 0) end_job(job, std::nullopt);
}

void scheduler::end_job(const std::shared_ptr<job>& job, std::optional<engine_error> error) {
    {
        const std::lock_guard lock(mutex_);
        if (jobs_.erase(job->number) == 0) return;
    }
    job->counters.engine_seconds = busy_seconds_ - job->busy_at_start;
    job->counters.steps = std::exchange(steps_, {});
    job->on_done({job->counters, std::move(error)});
}

void scheduler::end_all_jobs(const engine_error& error) {
    std::map<std::uint64_t, std::shared_ptr<job>> left;
    {
        const std::lock_guard lock(mutex_);
        closing_ = true; // nothing may be submitted to a thread that is gone
        left = std::exchange(jobs_, {});
        waiting_.clear();
    }
    for (const auto& [number, job] : left) {
        job->counters.engine_seconds = busy_seconds_ - job->busy_at_start;
        job->on_done({job->counters, error});
    }
}

} // namespace laconic
