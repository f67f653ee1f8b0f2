// The forest by itself: random policies on a made-up model whose logits depend on the path alone.
#include "check.h"
#include "model.h"
#include "support.h"
#include "trunk_forest.h"
#include "vocabulary.h"

#include <algorithm>
#include <random>
#include <set>

using namespace laconic;
using namespace laconic::test;

namespace {

/// A KV cache that keeps the tokens themselves.
class token_streams final : public kv_streams {
public:
    explicit token_streams(int count) : held_(static_cast<std::size_t>(count)) {}
    void copy(int from, int to, int length) override {
        at(to).assign(at(from).begin(), at(from).begin() + length);
        ++copies;
    }
    void cut(int stream, int length) override {
        CHECK(length <= static_cast<int>(at(stream).size()));
        at(stream).resize(static_cast<std::size_t>(length));
    }
    tokens& at(int stream) { return held_[static_cast<std::size_t>(stream)]; }
    int copies = 0;

private:
    std::vector<tokens> held_;
};

std::uint64_t hash_of(const tokens& path, std::uint64_t salt) {
    std::uint64_t state = mix64(salt);
    for (const token id : path)
        state = mix64(state ^ static_cast<std::uint64_t>(id));
    return state;
}

/// Does as the model likes, bans a few ids, forces a text or probes, at random by its own seed.
class erratic_policy final : public policy {
public:
    erratic_policy(std::uint64_t seed, std::size_t vocabulary_size) : random_(seed), size_(vocabulary_size) {}
    action decide(decision_point& point, const progress&) override {
        const auto dice = random_() % 14;
        if (dice == 0)
            return force{{token(300 + random_() % 3), token(300 + random_() % 3), 305}, "forced", think_stop::none};
        if (dice == 1) return take{point.draw_with_penalty(token_set({point.draw()}, size_), hard), point.draw()};
        drawn_ = point.draw();
        if (dice > 11) return some_probe();
        return take{drawn_, std::nullopt};
    }

    /// What came out of the probe decides what is done, so that arms which see another one would differ.
    action conclude(const probe_report& report, const progress&) override {
        std::uint64_t seen = static_cast<std::uint64_t>(report.entropy * 1000);
        for (std::size_t i = 0; i < report.ids.size(); ++i)
            seen = mix64(seen ^ static_cast<std::uint64_t>(report.ids[i] + 1000 * report.confidences[i]));
        if (seen % 4 == 0) return some_probe();
        if (seen % 4 == 1) return force{{token(300 + seen % 3), 306}, "forced", think_stop::none, "seen"};
        return take{drawn_, std::nullopt};
    }

private:
    probe some_probe() {
        probe asked{{token(300 + random_() % 2), 301}, static_cast<int>(random_() % 5), {}, {}};
        if (random_() % 2 == 0) asked.prompt.resize(1);
        if (random_() % 2 == 0) asked.sampling.temperature = 1;
        return asked;
    }
    static constexpr double hard = std::numeric_limits<double>::infinity();
    std::mt19937_64 random_;
    std::size_t size_;
    token drawn_ = no_token;
};

/// Probes at every step and does as the model likes.
class curious_policy final : public policy {
public:
    action decide(decision_point& point, const progress&) override {
        drawn_ = point.draw();
        return probe{{300, 301}, 3, {}, {}};
    }
    action conclude(const probe_report&, const progress&) override { return take{drawn_, std::nullopt}; }

private:
    token drawn_ = no_token;
};

/// Everything that a forest needs from an engine, without one.
class nursery {
public:
    nursery() : model_(load_model(nano_path())), words_(model_.vocab(), {"<think>", "</think>"}) {}

    std::unique_ptr<arm> make(int item, int index, double temperature) const {
        request request = make_request(item);
        request.id = 100 * item + index;
        request.sampling.temperature = temperature;
        request.sampling.max_tokens = 20 + 7 * (index % 4);
        const auto seed = static_cast<std::uint64_t>(1000 * item + index / 2); // every policy twice
        return std::make_unique<arm>(request, std::make_unique<erratic_policy>(seed, words_.size()), setting_);
    }

    /// Some that probe at every step, others that never do, and agree with them in everything else.
    std::unique_ptr<trunk> curious_tree(int item, int curious, int plain, double temperature) const {
        request request = make_request(item);
        request.sampling.temperature = temperature;
        request.sampling.max_tokens = 12;
        std::vector<std::unique_ptr<arm>> members;
        for (int i = 0; i < curious + plain; ++i) {
            request.id = 100 * item + i;
            members.push_back(std::make_unique<arm>(
                request, i < curious ? std::make_unique<curious_policy>() : make_baseline(), setting_));
        }
        return std::make_unique<trunk>(std::make_shared<job>(), std::move(members));
    }

    std::unique_ptr<trunk> tree(int item, int arms, double temperature) const {
        std::vector<std::unique_ptr<arm>> members;
        for (int index = 0; index < arms; ++index)
            members.push_back(make(item, index, temperature));
        return std::make_unique<trunk>(std::make_shared<job>(), std::move(members));
    }

    /// One arm with a prompt of `length` tokens: `common` times the digit 1, a token each, and then another digit.
    std::unique_ptr<trunk> long_tree(int length, int common, char digit) const {
        request request = make_request(0);
        request.prompt = {{std::string(static_cast<std::size_t>(common), '1') +
                               std::string(static_cast<std::size_t>(length - common), digit),
                           false}};
        std::vector<std::unique_ptr<arm>> members;
        members.push_back(std::make_unique<arm>(request, make_baseline(), setting_));
        return std::make_unique<trunk>(std::make_shared<job>(), std::move(members));
    }

    /// Logits of the made-up model: noise with a few peaks, some ending the sample now and then.
    std::vector<float> logits_after(const tokens& path) const {
        std::vector<float> logits(words_.size());
        std::mt19937_64 random(hash_of(path, 5));
        for (float& logit : logits)
            logit = static_cast<float>(random() % 1000) * 0.001f;
        for (int peak = 0; peak < 3; ++peak)
            logits[random() % logits.size()] += 6;
        return logits;
    }

private:
    laconic::model model_;
    laconic::vocabulary words_;
    engine_options options_ = options_for(nano_path(), 1);
    arm_setting setting_{words_, options_};
};

struct harvest {
    std::map<int, generation> samples;
    std::multiset<tokens> fed; // the path up to each token that was fed
    int copies = 0;
};

/// Grows all trees to their end as the scheduler does, and checks what is fed against what the cache holds.
harvest grow_all(const nursery& nursery, std::vector<std::unique_ptr<trunk>> trees, int streams) {
    token_streams kv(streams);
    trunk_forest forest(streams, true, kv);
    harvest result;
    std::reverse(trees.begin(), trees.end());
    const auto feed = [&](int stream, std::size_t count) {
        const trunk& live = *forest.live(stream);
        CHECK_EQUAL(static_cast<int>(kv.at(stream).size()), live.fed());
        for (const token id : live.next().first(count)) {
            kv.at(stream).push_back(id);
            result.fed.insert(kv.at(stream));
        }
        std::vector<float> logits;
        if (live.decides_after(count)) logits = nursery.logits_after(kv.at(stream));
        for (const auto& arm : forest.grow(stream, count, logits))
            CHECK(result.samples.emplace(static_cast<int>(arm->request_id()), arm->result()).second);
        CHECK(forest.held(stream) == kv.at(stream));
    };
    for (;;) {
        if (const auto stream = forest.stream_with_text()) {
            feed(*stream, std::min<std::size_t>(forest.live(*stream)->next().size(), 7));
        } else if (forest.free_stream() && !trees.empty()) {
            forest.plant(*forest.free_stream(), std::move(trees.back()));
            trees.pop_back();
        } else if (forest.anything_live()) {
            forest.arrange();
            std::vector<int> live;
            for (int i = 0; i < streams; ++i) {
                if (forest.live(i) != nullptr) live.push_back(i);
            }
            CHECK_EQUAL(live.back() - live.front(), static_cast<int>(live.size()) - 1); // neighbours
            for (const int each : live)
                feed(each, 1);
        } else {
            break;
        }
    }
    result.copies = kv.copies;
    return result;
}

const nursery& shared_nursery() {
    load_backends_once();
    static const nursery made;
    return made;
}

} // namespace

TEST("every arm of a tree gets what it gets alone, on 1, 3 and 40 streams, greedy and sampled") {
    const nursery& nursery = shared_nursery();
    for (const double temperature : {0.0, 1.0}) {
        std::map<int, generation> alone;
        for (int item = 0; item < 6; ++item) {
            for (int index = 0; index < 9; ++index) {
                std::vector<std::unique_ptr<trunk>> single;
                std::vector<std::unique_ptr<arm>> member;
                member.push_back(nursery.make(item, index, temperature));
                single.push_back(std::make_unique<trunk>(std::make_shared<job>(), std::move(member)));
                alone.merge(grow_all(nursery, std::move(single), 1).samples);
            }
        }
        for (const int streams : {1, 3, 40}) {
            std::vector<std::unique_ptr<trunk>> trees;
            for (int item = 0; item < 6; ++item)
                trees.push_back(nursery.tree(item, 9, temperature));
            const harvest together = grow_all(nursery, std::move(trees), streams);
            CHECK_EQUAL(together.samples.size(), alone.size());
            for (const auto& [id, made] : together.samples)
                check_identical(made, alone.at(id));
        }
    }
}

TEST("a tree is fed every path once, and on one stream nothing is copied") {
    const nursery& nursery = shared_nursery();
    for (const int streams : {1, 16}) {
        std::vector<std::unique_ptr<trunk>> trees;
        trees.push_back(nursery.tree(3, 12, 1.0));
        const harvest grown = grow_all(nursery, std::move(trees), streams);
        const std::set<tokens> distinct(grown.fed.begin(), grown.fed.end());
        // A probe that began with what its arm wrote afterwards has read that before.
        CHECK(grown.fed.size() - distinct.size() <= distinct.size() / 50);
        CHECK(grown.samples.size() == 12);
        CHECK((grown.copies == 0) == (streams == 1));
        std::size_t charged = 0;
        for (const auto& [id, made] : grown.samples)
            charged += all_ids(made).size();
        CHECK(charged > grown.fed.size());
    }
}

TEST("a probe leaves no trace, runs once for all that ask for it, and is charged to each") {
    const nursery& nursery = shared_nursery();
    for (const double temperature : {0.0, 1.0}) {
        for (const int streams : {1, 3, 16}) {
            const auto grow = [&](int curious, int plain) {
                std::vector<std::unique_ptr<trunk>> trees;
                trees.push_back(nursery.curious_tree(2, curious, plain, temperature));
                return grow_all(nursery, std::move(trees), streams);
            };
            const harvest plain = grow(0, 1), one = grow(1, 0), three = grow(3, 2);
            const generation& untouched = plain.samples.at(200);
            for (const auto& [id, made] : three.samples) {
                const bool asked = id < 203;
                CHECK_EQUAL(all_ids(made), all_ids(untouched));
                CHECK_EQUAL(made.answer, untouched.answer);
                CHECK_EQUAL(made.events.size(), asked ? all_ids(made).size() : 0u);
                CHECK_EQUAL(made.ledger.probe_prompt, asked ? 2 * static_cast<int>(all_ids(made).size()) : 0);
                CHECK((made.ledger.probe_sampled > 0) == asked);
                if (asked) check_identical(made, one.samples.at(200));
            }
            CHECK_EQUAL(three.fed.size(), one.fed.size());
            CHECK(one.fed.size() > plain.fed.size());
            CHECK_EQUAL(three.copies, 0); // nobody goes off on a stream of their own while a probe runs
        }
    }
}

TEST("the trunk that is expected to last longest keeps the stream") {
    const nursery& nursery = shared_nursery();
    token_streams kv(2);
    trunk_forest forest(2, true, kv);
    forest.plant(0, nursery.tree(1, 8, 1.0));
    std::size_t most = 0;
    while (forest.live(0)->arms() == 8) {
        const auto count = forest.live(0)->next().size();
        const auto logits = nursery.logits_after(forest.held(0));
        kv.at(0).resize(kv.at(0).size() + count);
        auto copy = logits;
        forest.grow(0, count, copy);
    }
    most = forest.live(0)->arms();
    forest.arrange();
    CHECK(forest.live(1)->arms() <= most);
    forest.arrange(); // no third stream
    CHECK_EQUAL(kv.copies, 1);
}

TEST("a new tree starts from the head that a stream holds, and never without a token to feed") {
    const nursery& nursery = shared_nursery();
    token_streams kv(2);
    trunk_forest forest(2, true, kv);
    const auto prompt = static_cast<int>(nursery.tree(1, 1, 0)->next().size());
    CHECK_EQUAL(forest.plant(0, nursery.tree(1, 1, 0)), 0);
    const auto feed_prompt = [&] {
        const auto count = forest.live(0)->next().size();
        kv.at(0).resize(kv.at(0).size() + count);
        auto logits = nursery.logits_after({1});
        forest.grow(0, count, logits);
    };
    feed_prompt();
    CHECK_EQUAL(forest.plant(1, nursery.tree(1, 2, 0)), prompt - 1); // copied from a live stream
    CHECK_EQUAL(kv.copies, 1);
    CHECK_EQUAL(forest.live(1)->next().size(), 1u);
    forest.clear(*forest.live(0)->job());
    CHECK_EQUAL(forest.plant(0, nursery.tree(1, 1, 0)), prompt - 1);
    CHECK_EQUAL(kv.copies, 1); // it was still there
    CHECK_EQUAL(forest.live(0)->next().size(), 1u);
    forest.clear(*forest.live(0)->job());
    const int head = forest.plant(0, nursery.tree(100, 1, 0)); // another question
    CHECK(head > 0 && head < prompt - 1);
    CHECK(forest.held(0) == tokens(forest.held(1).begin(), forest.held(1).begin() + head));
}

TEST("a head is shared only where the new prompt would be read in the same blocks") {
    const nursery& nursery = shared_nursery();
    const int block = static_cast<int>(prompt_block);
    const auto shared = [&](int first, int second, int common) {
        token_streams kv(1);
        trunk_forest forest(1, true, kv);
        forest.plant(0, nursery.long_tree(first, common, '2'));
        while (forest.live(0)->next().size() > 1) {
            const auto count = std::min(forest.live(0)->next().size(), prompt_block);
            kv.at(0).resize(kv.at(0).size() + count);
            auto logits = nursery.logits_after({1});
            forest.grow(0, count, logits);
        }
        forest.clear(*forest.live(0)->job());
        return forest.plant(0, nursery.long_tree(second, common, '3'));
    };
    CHECK_EQUAL(shared(block - 2, block - 4, 40), 40); // no blocks
    CHECK_EQUAL(shared(2 * block + 30, 2 * block + 9, 2 * block + 5), 2 * block + 5);
    CHECK_EQUAL(shared(2 * block + 30, 2 * block + 9, block + 50), block); // ends within a block of both
    CHECK_EQUAL(shared(2 * block + 30, block + 60, block + 50), block);    // within one of the first alone
    CHECK_EQUAL(shared(block + 60, 2 * block + 30, block + 50), block);    // within one of the second alone
    CHECK_EQUAL(shared(block - 2, block + 2, block - 4), 0);
}

TEST("without sharing every tree starts from nothing") {
    const nursery& nursery = shared_nursery();
    token_streams kv(1);
    trunk_forest forest(1, false, kv);
    forest.plant(0, nursery.tree(1, 1, 0));
    const auto count = forest.live(0)->next().size();
    kv.at(0).resize(count);
    auto logits = nursery.logits_after({1});
    forest.grow(0, count, logits);
    forest.clear(*forest.live(0)->job());
    CHECK_EQUAL(forest.plant(0, nursery.tree(1, 1, 0)), 0);
    CHECK(kv.at(0).empty());
}

TEST("clearing a job removes its trees and leaves the others") {
    const nursery& nursery = shared_nursery();
    token_streams kv(3);
    trunk_forest forest(3, true, kv);
    for (int i = 0; i < 3; ++i)
        forest.plant(i, nursery.tree(i, 4, 1.0));
    const auto job = forest.live(1)->job();
    forest.clear(*job);
    CHECK(forest.live(0) != nullptr && forest.live(1) == nullptr && forest.live(2) != nullptr);
    CHECK_EQUAL(forest.free_stream().value_or(-1), 1);
}

int main() {
    return run_tests();
}
