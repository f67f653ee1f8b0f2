// One thread that keeps the model busy: continuous batching of all jobs' trunks over the context's streams.
#pragma once

#include "context.h"
#include "trunk_forest.h"

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
    /// Requests that will start as one trunk.
    struct waiting_group {
        std::shared_ptr<laconic::job> job;
        std::vector<request> requests;
    };

    void run();
    bool wait_for_work();
    void settle_jobs();
    bool plant_next_group();
    void prefill(int stream);
    void decode();
    void record_step(double seconds, int forks);
    void feed(passage of);
    void grow(int stream, std::size_t count, std::size_t last_row);
    std::optional<float> progress_at(std::size_t row) const;
    void hand_over(const std::shared_ptr<job>& job, const std::vector<std::unique_ptr<arm>>& finished);
    void end_job(const std::shared_ptr<job>& job, std::optional<engine_error> error);
    void end_all_jobs(const engine_error& error);

    const arm_setting setting_;
    context context_;
    trunk_forest forest_;
    std::vector<row> rows_;                // of the ubatch in the making, or fed last
    passage passage_ = passage::prompt;    // of the ubatch fed last
    std::vector<decode_step> steps_;       // since the last job ended
    std::atomic<double> busy_seconds_ = 0; // inside decode and sampling

    std::mutex mutex_; // guards what follows and job::aborted
    std::condition_variable wake_;
    std::deque<waiting_group> waiting_;
    std::map<std::uint64_t, std::shared_ptr<job>> jobs_;
    bool closing_ = false;

    std::thread thread_;
};

} // namespace laconic
