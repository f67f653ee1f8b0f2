// Changes nothing: the model thinks for as long as it wants.
#include "policies/policy.h"

namespace laconic {

namespace {

class baseline final : public policy {
public:
    action decide(decision_point& point, const progress&) override { return take{point.draw(), std::nullopt}; }
};

} // namespace

std::unique_ptr<policy> make_baseline() {
    return std::make_unique<baseline>();
}

} // namespace laconic
