#include "groups.h"

#include <map>
#include <tuple>

namespace laconic {

namespace {

using group_key =
    std::tuple<std::uint64_t, std::uint32_t, std::uint32_t, std::uint64_t, double, int, double, double, std::string, tokens>;

group_key key_of(const request& request) {
    std::string prompt;
    for (const prompt_piece& piece : request.prompt) {
        prompt += piece.special ? 's' : 'p';
        prompt += std::to_string(piece.text.size()) + ':' + piece.text;
    }
    const sampling& how = request.sampling;
    return {request.item_key, request.repeat, request.lane, how.seed,          how.temperature,
            how.top_k,        how.top_p,      how.min_p,    std::move(prompt), request.trace};
}

} // namespace

std::vector<std::vector<request>> group_requests(std::vector<request> requests, bool sharing) {
    std::vector<std::vector<request>> groups;
    std::map<group_key, std::size_t> known;
    for (request& request : requests) {
        if (!sharing) {
            groups.emplace_back().push_back(std::move(request));
            continue;
        }
        const auto [found, added] = known.emplace(key_of(request), groups.size());
        if (added) groups.emplace_back();
        groups[found->second].push_back(std::move(request));
    }
    return groups;
}

} // namespace laconic
