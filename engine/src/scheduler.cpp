#include "scheduler.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace laconic {

namespace {

double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

} // namespace

scheduler::scheduler(const model& model, const vocabulary& words, const engine_options& options)
    : setting_{words, options}, context_(model, options), streams_(static_cast<std::size_t>(options.streams)),
      thread_([this] { run(); }) {}

scheduler::~scheduler() {
    close();
}

void scheduler::submit(std::uint64_t number, std::vector<request> requests, engine::sample_callback on_sample,
                       engine::done_callback on_done) {
    const auto added = std::make_shared<job>();
    added->number = number;
    added->unfinished = requests.size();
    added->on_sample = std::move(on_sample);
    added->on_done = std::move(on_done);
    added->busy_at_start = busy_seconds_;
    const std::lock_guard lock(mutex_);
    if (closing_) throw engine_error(error_code::engine_unavailable, "the engine is closed");
    if (!jobs_.emplace(number, added).second) {
        throw engine_error(error_code::usage, "job " + std::to_string(number) + " is already in flight");
    }
    for (request& request : requests)
        waiting_.push_back({added, std::move(request)});
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
/// batches.
void scheduler::run() {
    try {
        while (wait_for_work()) {
            settle_jobs();
            admit_waiting_requests();
            const double start = now();
            if (const auto index = stream_with_text_to_feed()) {
                prefill(*index);
            } else if (anything_live()) {
                close_gaps();
                decode();
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
        std::erase_if(waiting_, [](const waiting_request& waiting) { return waiting.job->aborted; });
    }
    for (const auto& job : settled) {
        for (std::size_t i = 0; i < streams_.size(); ++i) {
            if (streams_[i].job == job) leave(static_cast<int>(i));
        }
        std::optional<engine_error> error;
        if (job->unfinished > 0) error.emplace(error_code::interrupted, "the job was aborted");
        end_job(job, std::move(error));
    }
}

void scheduler::admit_waiting_requests() {
    for (std::size_t i = 0; i < streams_.size(); ++i) {
        while (streams_[i].branch == nullptr) {
            waiting_request next;
            {
                const std::lock_guard lock(mutex_);
                if (waiting_.empty()) return;
                next = std::move(waiting_.front());
                waiting_.pop_front();
            }
            streams_[i] = {next.job, next.request.id, std::make_unique<branch>(next.request, setting_)};
            if (streams_[i].branch->finished()) leave(static_cast<int>(i)); // refused, e.g. too long
        }
    }
}

std::optional<int> scheduler::stream_with_text_to_feed() const {
    for (std::size_t i = 0; i < streams_.size(); ++i) {
        if (streams_[i].branch != nullptr && streams_[i].branch->pending().size() > 1) return static_cast<int>(i);
    }
    return std::nullopt;
}

/// An ubatch of one stream's own. A text's last token may be left over: it is then a row of the next decode.
void scheduler::prefill(int index) {
    stream& stream = streams_[static_cast<std::size_t>(index)];
    const auto pending = stream.branch->pending();
    const std::size_t count = std::min(pending.size(), max_prefill_rows);
    const bool complete = count == pending.size();
    rows_.clear();
    for (std::size_t i = 0; i < count; ++i) {
        const int position = stream.branch->position() + static_cast<int>(i);
        rows_.push_back({pending[i], position, index, complete && i + 1 == count});
    }
    context_.feed(rows_);
    job_counters& counters = stream.job->counters;
    (stream.branch->in_prompt() ? counters.prefill_tokens : counters.decoded_tokens) += count;
    stream.branch->advance(count);
    if (complete) decide(index, count - 1);
}

/// Streams of one ubatch have to be neighbours. Where no request waits to fill a gap, the last live stream moves into
/// it.
void scheduler::close_gaps() {
    const auto live = [](const stream& stream) { return stream.branch != nullptr; };
    const auto first = std::find_if(streams_.begin(), streams_.end(), live);
    for (;;) {
        const auto last = std::find_if(streams_.rbegin(), streams_.rend(), live).base() - 1;
        const auto gap = std::find_if_not(first, last, live);
        if (gap == last) return;
        context_.move(static_cast<int>(last - streams_.begin()), static_cast<int>(gap - streams_.begin()));
        *gap = std::move(*last);
        *last = {};
    }
}

/// One row per live stream, in one ubatch. With several threads ggml splits a lone row's attention in another way than
/// a row among others, so a lone row then gets a dummy beside it, in the next stream, which is emptied again.
void scheduler::decode() {
    rows_.clear();
    for (std::size_t i = 0; i < streams_.size(); ++i) {
        if (streams_[i].branch == nullptr) continue;
        const branch& branch = *streams_[i].branch;
        rows_.push_back({branch.pending().front(), branch.position(), static_cast<int>(i), true});
    }
    const std::size_t live = rows_.size();
    const bool dummy = live == 1 && setting_.options.threads > 1;
    if (dummy) rows_.push_back({rows_.front().id, 0, rows_.front().stream + 1, false});
    context_.feed(rows_);
    if (dummy) {
        context_.clear(rows_.back().stream);
        ++streams_[static_cast<std::size_t>(rows_.front().stream)].job->counters.decoded_tokens;
    }
    for (std::size_t i = 0; i < live; ++i) {
        stream& stream = streams_[static_cast<std::size_t>(rows_[i].stream)];
        job_counters& counters = stream.job->counters;
        ++(stream.branch->in_prompt() ? counters.prefill_tokens : counters.decoded_tokens);
        stream.branch->advance(1);
        decide(rows_[i].stream, i);
    }
}

void scheduler::decide(int index, std::size_t row_index) {
    branch& branch = *streams_[static_cast<std::size_t>(index)].branch;
    branch.decide(context_.logits(row_index));
    if (branch.finished()) leave(index);
}

/// Frees a stream; a finished branch hands its sample over, an aborted one is lost.
void scheduler::leave(int index) {
    stream left = std::exchange(streams_[static_cast<std::size_t>(index)], {});
    context_.clear(index);
    if (!left.branch->finished()) return;
    left.job->on_sample(left.request_id, left.branch->result());
    if (--left.job->unfinished == 0) end_job(left.job, std::nullopt);
}

void scheduler::end_job(const std::shared_ptr<job>& job, std::optional<engine_error> error) {
    {
        const std::lock_guard lock(mutex_);
        if (jobs_.erase(job->number) == 0) return;
    }
    job->counters.engine_seconds = busy_seconds_ - job->busy_at_start;
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

bool scheduler::anything_live() const {
    return std::any_of(streams_.begin(), streams_.end(), [](const stream& stream) { return stream.branch != nullptr; });
}

} // namespace laconic
