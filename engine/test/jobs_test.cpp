// Jobs that overlap, are aborted, or meet a closing engine.
#include "check.h"
#include "support.h"

#include <atomic>
#include <future>
#include <thread>

using namespace laconic;
using namespace laconic::test;

namespace {

std::vector<request> requests_from(int first, int count) {
    std::vector<request> requests;
    for (int i = first; i < first + count; ++i)
        requests.push_back(make_request(i));
    return requests;
}

/// A job in flight: its samples so far and its end.
struct flight {
    std::atomic<int> samples = 0;
    std::promise<job_result> ended;
    std::future<job_result> result = ended.get_future();

    void start(engine& engine, std::uint64_t job, std::vector<request> requests, std::function<void()> at_first = {}) {
        engine.submit(
            job, std::move(requests),
            [this, at_first](double, generation) {
                if (samples++ == 0 && at_first) at_first();
            },
            [this](job_result last) { ended.set_value(std::move(last)); });
    }
};

} // namespace

TEST("jobs share the batch and each gets its own samples") {
    const auto opened = engine::open(options_for(nano_path(), 4));
    const auto expected = run(*opened, requests_from(0, 12));
    flight first, second;
    first.start(*opened, 1, requests_from(0, 6));
    second.start(*opened, 2, requests_from(6, 6));
    CHECK(!first.result.get().error);
    CHECK(!second.result.get().error);
    CHECK_EQUAL(first.samples.load(), 6);
    CHECK_EQUAL(second.samples.load(), 6);
}

TEST("an empty job ends at once") {
    const auto opened = engine::open(options_for(nano_path(), 1));
    flight empty;
    empty.start(*opened, 1, {});
    const job_result result = empty.result.get();
    CHECK(!result.error);
    CHECK_EQUAL(result.counters.decoded_tokens, 0u);
}

TEST("an aborted job ends as interrupted while another goes on") {
    const auto opened = engine::open(options_for(nano_path(), 4));
    const auto expected = run(*opened, requests_from(0, 6));
    flight dropped, kept;
    dropped.start(*opened, 1, requests_from(100, 60), [&] { opened->abort(1); });
    kept.start(*opened, 2, requests_from(0, 6));
    const job_result end = dropped.result.get();
    CHECK(end.error && end.error->code == error_code::interrupted);
    CHECK(dropped.samples.load() >= 1 && dropped.samples.load() < 60);
    CHECK(!kept.result.get().error);
    CHECK_EQUAL(kept.samples.load(), 6);
    const auto again = run(*opened, requests_from(0, 6));
    for (const auto& [id, made] : again)
        CHECK_EQUAL(all_ids(made), all_ids(expected.at(id)));
}

TEST("aborting an unknown or finished job does nothing") {
    const auto opened = engine::open(options_for(nano_path(), 1));
    opened->abort(7);
    flight done;
    done.start(*opened, 7, requests_from(0, 1));
    CHECK(!done.result.get().error);
    opened->abort(7);
    CHECK_EQUAL(run(*opened, requests_from(0, 1)).size(), 1u);
}

TEST("a job's number can be used again once it has ended, not before") {
    const auto opened = engine::open(options_for(nano_path(), 2));
    flight first;
    first.start(*opened, 5, requests_from(0, 4));
    flight same;
    CHECK_EQUAL(error_of([&] { same.start(*opened, 5, requests_from(0, 1)); }), error_code::usage);
    CHECK(!first.result.get().error);
    flight again;
    again.start(*opened, 5, requests_from(0, 1));
    CHECK(!again.result.get().error);
}

TEST("closing interrupts what is in flight and is final") {
    const auto opened = engine::open(options_for(nano_path(), 2));
    flight long_job;
    long_job.start(*opened, 1, requests_from(0, 40));
    opened->close();
    opened->close();
    const job_result end = long_job.result.get();
    CHECK(end.error && end.error->code == error_code::interrupted);
    flight late;
    CHECK_EQUAL(error_of([&] { late.start(*opened, 2, requests_from(0, 1)); }), error_code::engine_unavailable);
    CHECK_EQUAL(error_of([&] { opened->tokenize("a", false); }), error_code::engine_unavailable);
    opened->abort(1);
}

TEST("an engine that goes out of scope in the middle of a job interrupts it") {
    flight left;
    {
        const auto opened = engine::open(options_for(nano_path(), 2));
        left.start(*opened, 1, requests_from(0, 30));
    }
    CHECK(left.result.get().error.has_value());
}

TEST("jobs can be submitted and aborted from several threads at once") {
    const auto opened = engine::open(options_for(nano_path(), 4));
    std::vector<std::thread> callers;
    std::atomic<int> ended = 0;
    for (int caller = 0; caller < 4; ++caller) {
        callers.emplace_back([&, caller] {
            for (int turn = 0; turn < 3; ++turn) {
                flight job;
                const auto number = static_cast<std::uint64_t>(10 * caller + turn);
                job.start(*opened, number, requests_from(caller, 3));
                if (turn == 1) opened->abort(number);
                job.result.get();
                ++ended;
            }
        });
    }
    for (std::thread& caller : callers)
        caller.join();
    CHECK_EQUAL(ended.load(), 12);
}

TEST("two engines on one file work side by side") {
    const auto first = engine::open(options_for(nano_path(), 2));
    const auto second = engine::open(options_for(nano_path(), 3));
    flight left, right;
    left.start(*first, 1, requests_from(0, 3));
    right.start(*second, 1, requests_from(0, 3));
    CHECK(!left.result.get().error);
    CHECK(!right.result.get().error);
}

int main() {
    return run_tests();
}
