// The CSV fuzzer's body without libFuzzer: the kept corpus, and mutations of it from fixed seeds.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

#include "absl/strings/escaping.h"
#include "tests/fuzz/csv_body.h"
#include "tests/paths.h"

namespace muster::fuzz {
namespace {

std::vector<std::string> CsvCorpus() {
  std::vector<std::string> inputs;
  const std::filesystem::path folder = std::filesystem::path(MUSTER_SOURCE_DIR) / "tests/fuzz/corpus/csv";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    inputs.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  std::sort(inputs.begin(), inputs.end());
  return inputs;
}

TEST(CsvFuzz, KeptCorpus) {
  const std::vector<std::string> corpus = CsvCorpus();
  EXPECT_GE(corpus.size(), 16u);
  for (const std::string& input : corpus) EXPECT_EQ(CheckCsv(input), "") << absl::CEscape(input);
}

TEST(CsvFuzz, Mutations) {
  const char* const pieces[] = {",",   "\t",    ";", "||", "aab",  "\"", "\"\"", "'", "\\",
                                "\\N", ";\\N;", "!", "\n", "\r\n", "\r", " ",    "x", "\xef\xbb\xbf"};
  const std::vector<std::string> corpus = CsvCorpus();
  ASSERT_FALSE(corpus.empty());
  for (uint32_t seed = 0; seed < 20'000; ++seed) {
    std::mt19937 random(seed);
    const auto below = [&random](size_t bound) { return bound == 0 ? 0 : random() % bound; };
    std::string input = corpus[below(corpus.size())];
    for (size_t change = 1 + below(5); change > 0; --change) {
      const size_t at = below(input.size() + 1);
      if (below(3) == 0) {
        input.erase(at, 1 + below(8));
      } else if (below(3) == 0) {
        input.insert(at, input.substr(below(input.size() + 1), below(100)));
      } else {
        input.insert(at, pieces[below(std::size(pieces))]);
      }
    }
    ASSERT_EQ(CheckCsv(input), "") << "seed " << seed << ": " << absl::CEscape(input);
  }
}

}  // namespace
}  // namespace muster::fuzz
