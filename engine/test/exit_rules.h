// Rules of early exits, set as their papers say, for the tests that watch them.
#pragma once

#include "support.h"

namespace laconic::test {

inline const prompt_text closing{{"\n", false}, {"</think>", true}, {"\n\n", false}};

inline consensus_technique dynasor_of(int window, int chunk) {
    consensus_technique how;
    how.chunk_tokens = chunk;
    how.probe = {{"... Oh, I suddenly got the answer to the whole problem, **Final Answer**\n\n\\[ \\boxed{", false}};
    how.probe_temperature = 0.6;
    how.probe_top_p = 0.95;
    how.window = window;
    how.doubts = {"wait", "hold", "but", "okay", "no", "hmm"};
    how.normal_form = true;
    how.closing = {
        {"\n\n...", false}, {"</think>", true}, {"\n**Final Answer:**\n\\[\n \\boxed{{answer}}\n\\]", false}};
    how.closing_answers = true;
    return how;
}

inline consensus_technique convergence_of(int window) {
    consensus_technique how;
    how.probe = {{"\n", false}, {"</think>", true}, {"\n\nThe answer is \\boxed{", false}};
    how.probe_tokens = 100;
    how.stops = {"\n"};
    how.window = window;
    how.closing = closing;
    return how;
}

inline eat_technique eat_of(double alpha, double threshold, int least_probes) {
    return {"\n",         {{"\n", false}, {"</think>", true}, {"\n\nThe answer is \\boxed{", false}},
            alpha,        threshold,
            least_probes, closing};
}

} // namespace laconic::test
