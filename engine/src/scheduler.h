// One thread that keeps the model busy: continuous batching of all jobs' branches over the context's streams.
#pragma once

#include "branch.h"
#include "context.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

namespace laconic {

class scheduler {
public:
    scheduler(const model& model, const vocabulary& words, const engine_options& options);
    ~scheduler();

    // Called from any thread.
    void submit(std::uint64_t number, std::vector<request> requests, engine::sample_callback on_sample,
                engine::done_callback on_done);
    void abort(std::uint64_t number);
    void close();

private:
    struct job {
        std::uint64_t number;
        std::size_t unfinished;
        engine::sample_callback on_sample;
        engine::done_callback on_done;
        job_counters counters;
        double busy_at_start = 0;
        bool aborted = false; // guarded by mutex_
    };
    struct waiting_request {
        std::shared_ptr<scheduler::job> job;
        laconic::request request;
    };
    /// A KV stream of the context and the branch that lives in it, if any.
    struct stream {
        std::shared_ptr<scheduler::job> job;
        double request_id = 0;
        std::unique_ptr<laconic::branch> branch;
    };

    void run();
    bool wait_for_work();
    void settle_jobs();
    void admit_waiting_requests();
    std::optional<int> stream_with_text_to_feed() const;
    void prefill(int index);
    void close_gaps();
    void decode();
    void decide(int index, std::size_t row_index);
    void leave(int index);
    void end_job(const std::shared_ptr<job>& job, std::optional<engine_error> error);
    void end_all_jobs(const engine_error& error);
    bool anything_live() const;

    const branch_setting setting_;
    context context_;
    std::vector<stream> streams_;
    std::vector<row> rows_;                // of the ubatch in the making
    std::atomic<double> busy_seconds_ = 0; // inside decode and sampling

    std::mutex mutex_; // guards what follows and job::aborted
    std::condition_variable wake_;
    std::deque<waiting_request> waiting_;
    std::map<std::uint64_t, std::shared_ptr<job>> jobs_;
    bool closing_ = false;

    std::thread thread_;
};

} // namespace laconic
