#include "policies/answer_certainty.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace laconic {

namespace {

double arithmetic_mean(std::span<const double> values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double geometric_mean(std::span<const double> values) {
    const double logs = std::accumulate(values.begin(), values.end(), 0.0,
                                        [](double sum, double value) { return sum + std::log(value); });
    return std::exp(logs / static_cast<double>(values.size()));
}

} // namespace

std::optional<double> answer_confidence(const probe_report& report, confidence_mean kind) {
    if (report.confidences.size() < 2) return std::nullopt;
    const std::span<const double> counted = std::span(report.confidences).subspan(1);
    switch (kind) {
    case confidence_mean::arithmetic: return arithmetic_mean(counted);
    case confidence_mean::geometric: return geometric_mean(counted);
    case confidence_mean::least: break;
    }
    return *std::min_element(counted.begin(), counted.end());
}

std::optional<double> answer_entropy(const probe_report& report) {
    if (report.entropies.size() < 2) return std::nullopt;
    return arithmetic_mean(std::span(report.entropies).subspan(1));
}

} // namespace laconic
