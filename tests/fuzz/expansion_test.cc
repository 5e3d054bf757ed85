// The expansion fuzzer's body without libFuzzer: the kept corpus, and mixtures of its lines from fixed seeds.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

#include "query/segments/segment_names.h"
#include "tests/fuzz/expansion_body.h"
#include "tests/paths.h"

namespace muster::fuzz {
namespace {

std::vector<std::string> CorpusOf(const char* fuzzer) {
  std::vector<std::string> inputs;
  const auto folder = std::filesystem::path(MUSTER_SOURCE_DIR) / "tests/fuzz/corpus" / fuzzer;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    inputs.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  std::sort(inputs.begin(), inputs.end());
  return inputs;
}

TEST(ExpansionFuzz, KeptCorpus) {
  const std::vector<std::string> corpus = CorpusOf("expansion");
  EXPECT_GE(corpus.size(), 8u);
  for (const std::string& input : corpus) EXPECT_EQ(CheckExpansion(input), "") << input;
}

// Lines that parse, put together; names of segments take the place of some words of them.
TEST(ExpansionFuzz, Mixtures) {
  std::vector<std::string> lines = {"x", "a AND b", "NOT a", "a OR b AS OF 2026-01-01"};
  for (std::string line : CorpusOf("parser")) {
    std::replace(line.begin(), line.end(), '\n', ' ');
    if (line.size() < 2'000 && query::Parse(line).ok()) lines.push_back(std::move(line));
  }
  ASSERT_GT(lines.size(), 30u);
  int expanded = 0;
  for (uint32_t seed = 0; seed < 20'000; ++seed) {
    std::mt19937 random(seed);
    std::string input;
    for (int line = 0; line < 5; ++line) {
      std::string text = lines[random() % lines.size()];
      for (size_t i = random() % 4; i > 0; --i) {
        const std::string name = std::string("SEGMENT '") + "stuv"[random() % 4] + "'";
        switch (random() % 4) {
          case 0:
            text = "NOT " + name + " OR " + text;
            break;
          case 1:
            text = "(" + text + ") AND " + name;
            break;
          case 2:
            text = "AT LEAST 2 OF (" + name + ", " + text + ", " + name + ")";
            break;
          default:
            text = name + " AS OF TODAY - 3 DAYS AND (" + text + ")";
        }
      }
      input += (line == 0 ? "" : "\n") + text;
    }
    const std::string wrong = CheckExpansion(input);
    ASSERT_EQ(wrong, "") << "seed " << seed << ": " << input;
    const query::ParseResult parsed = query::Parse(input.substr(0, input.find('\n')));
    if (!parsed.ok() || query::SegmentNamesIn(*parsed.expression).empty()) continue;
    const query::Definitions definitions = DefinitionsIn(input.substr(input.find('\n') + 1));
    if (query::Expand({*parsed.expression, "", ""}, definitions).tree != nullptr) ++expanded;
  }
  EXPECT_GT(expanded, 1'000);
}

}  // namespace
}  // namespace muster::fuzz
