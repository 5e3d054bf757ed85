// The fragment fuzzer's body without libFuzzer: the kept corpus, and mutations of it from fixed seeds.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/fuzz/fragment_body.h"
#include "tests/paths.h"

namespace muster::fuzz {
namespace {

std::vector<std::string> FragmentCorpus() {
  std::vector<std::string> inputs;
  const std::filesystem::path folder =
      std::filesystem::path(MUSTER_SOURCE_DIR) / "tests/fuzz/corpus/fragment";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    inputs.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  std::sort(inputs.begin(), inputs.end());
  return inputs;
}

TEST(FragmentFuzz, KeptCorpus) {
  const std::vector<std::string> corpus = FragmentCorpus();
  EXPECT_GE(corpus.size(), 20u);
  int valid = 0;
  for (size_t i = 0; i < corpus.size(); ++i) {
    EXPECT_EQ(CheckFragment(corpus[i]), "") << "input " << i << " by bytes";
    valid += ValidValues(RecordOf(corpus[i])).has_value();
  }
  EXPECT_GE(valid, 8) << "the corpus should hold valid payloads of every form";
}

// Changes of a few bytes: most in the directory, where they matter.
std::string MutatedFragment(std::string input, const std::vector<std::string>& corpus, std::mt19937& random) {
  const auto below = [&random](size_t bound) { return bound == 0 ? 0 : random() % bound; };
  for (size_t changes = 1 + below(4); changes > 0; --changes) {
    const size_t reach = below(2) == 0 ? std::min<size_t>(input.size(), 40) : input.size();
    const size_t at = below(reach + 1);
    switch (below(5)) {
      case 0:
        if (at < input.size()) input[at] = static_cast<char>(input[at] ^ (1 << below(8)));
        break;
      case 1:
        if (at < input.size()) input[at] = static_cast<char>(below(3) == 0 ? 0xff : below(256));
        break;
      case 2:
        input.erase(at, 1 + below(6));
        break;
      case 3:
        input.insert(at, 1 + below(4), static_cast<char>(below(256)));
        break;
      default: {
        const std::string& other = corpus[below(corpus.size())];
        input = input.substr(0, at) + other.substr(std::min(other.size(), at));
      }
    }
  }
  return input;
}

TEST(FragmentFuzz, Mutations) {
  const std::vector<std::string> corpus = FragmentCorpus();
  ASSERT_FALSE(corpus.empty());
  constexpr uint32_t kRounds = 2000;
  for (uint32_t seed = 0; seed < kRounds; ++seed) {
    std::mt19937 random(seed);
    const std::string input = MutatedFragment(corpus[random() % corpus.size()], corpus, random);
    ASSERT_EQ(CheckFragment(input), "") << "seed " << seed;
  }
}

}  // namespace
}  // namespace muster::fuzz
