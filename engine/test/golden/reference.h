// What the reference reasoner writes greedily. Chosen among 84 easy problems as those with the widest
// smallest gap between the two largest logits: other instruction sets round differently and move a gap by up
// to 0.03 on this model. The texts were the same with ggml's haswell, ivybridge, sse42 and x64 builds.
#pragma once

#include <array>
#include <string>

namespace laconic::test::golden {

struct item {
    float smallest_gap; // haswell
    std::string question;
    std::string thinking;
    std::string answer;
};

inline const std::array<item, 5> items{{
    {0.0676f, "Tom has 12 seeds. Adam has 9 fewer seeds than Tom. How many seeds do they have altogether?",
     "\n"
     "Let me think about this step by step.\n"
     "Adam has 12 - 9 = 3 seeds.\n"
     "Together with Adam that makes 12 + 3 = 15.\n"
     "So the answer is 15.\n"
     "",
     "\n"
     "\n"
     "The answer is \\boxed{15}."},
    {0.0563f, "How many centimeters are in 13 meters and 53 centimeters?",
     "\n"
     "First, let me see what is given.\n"
     "The meters are 13 * 100 = 1300 centimeters.\n"
     "Adding the rest, 1300 + 53 = 1353 centimeters.\n"
     "Therefore the number of centimeters is 1353.\n"
     "",
     "\n"
     "\n"
     "The answer is \\boxed{1353}."},
    {0.0478f,
     "Emma travels at 10 km per hour for 3 hours. The whole route is 53 km long. How many km does Emma still "
     "have to go?",
     "\n"
     "Okay, so I need to find the remaining distance in km.\n"
     "Part 1 covers 10 * 3 = 30 km.\n"
     "What remains is 53 - 30 = 23 km.\n"
     "So the answer is 23.\n"
     "",
     "\n"
     "\n"
     "The answer is \\boxed{23}."},
    {0.0406f, "Solve for z: 7z + 22 = 85.",
     "\n"
     "Let me solve this carefully.\n"
     "Subtract 22 from both sides: 7z = 85 - 22 = 63.\n"
     "Divide by 7: z = 63 / 7 = 9.\n"
     "Therefore z = 9.\n"
     "",
     "\n"
     "\n"
     "The answer is \\boxed{9}."},
    {0.0402f, "Convert 23 minutes and 43 seconds to seconds.",
     "\n"
     "First, let me see what is given.\n"
     "The minutes are 23 * 60 = 1380 seconds.\n"
     "Adding the rest, 1380 + 43 = 1423 seconds.\n"
     "Therefore the number of seconds is 1423.\n"
     "",
     "\n"
     "\n"
     "The answer is \\boxed{1423}."},
}};

} // namespace laconic::test::golden
