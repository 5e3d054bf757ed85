// The parser fuzzer's body without libFuzzer: the kept corpus, and mutations of it from fixed seeds.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

#include "tests/fuzz/parser_body.h"
#include "tests/paths.h"

namespace muster::fuzz {
namespace {

std::vector<std::string> Corpus() {
  std::vector<std::string> inputs;
  const std::filesystem::path folder = std::filesystem::path(MUSTER_SOURCE_DIR) / "tests/fuzz/corpus/parser";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    inputs.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  std::sort(inputs.begin(), inputs.end());
  return inputs;
}

TEST(ParserFuzz, KeptCorpus) {
  const std::vector<std::string> corpus = Corpus();
  EXPECT_GE(corpus.size(), 40u);
  for (const std::string& input : corpus) EXPECT_EQ(CheckParser(input), "") << input;
}

// Pieces that the grammar is made of, and bytes that break them.
const char* const kPieces[] = {" AND ",       " OR ",       "NOT ",       "(",
                               ")",           ",",          " = ",        "!=",
                               "<",           ">=",         " IN (",      "BETWEEN ",
                               " AS OF ",     "TODAY",      " - 3 DAYS",  "AT LEAST 2 OF (",
                               "WEIGHT(",     "HAS ",       " HAS ALL (", " LIKE ",
                               " NOT ILIKE ", "'a%'",       "'",          "\"",
                               "`",           "‘",          "’",          "“",
                               "”",           "\\",         "%",          "5",
                               "-1.5",        "2026-01-31", "true",       "a",
                               "性别",        "a.b",        "（",         "，",
                               "＝",          "\xff",       "\xe4\xb8",   "\n",
                               "SEGMENT 's'", "EVERYONE",   "IS NULL",    "==",
                               "<>",          " - b",       " + 5",       "1.5 * ",
                               "TODAY - ",    " * -2",      "-",          "*"};

std::string Mutated(std::string text, const std::vector<std::string>& corpus, std::mt19937& random) {
  const auto below = [&random](size_t bound) { return bound == 0 ? 0 : random() % bound; };
  const size_t changes = 1 + below(6);
  for (size_t i = 0; i < changes; ++i) {
    const size_t at = below(text.size() + 1);
    switch (below(5)) {
      case 0:
        text.insert(at, kPieces[below(std::size(kPieces))]);
        break;
      case 1:
        text.erase(at, 1 + below(8));
        break;
      case 2:
        text.insert(at, 1, static_cast<char>(below(256)));
        break;
      case 3: {
        const std::string& other = corpus[below(corpus.size())];
        text = text.substr(0, at) + other.substr(below(other.size() + 1));
        break;
      }
      default:
        text.insert(at, text.substr(below(text.size() + 1), below(20)));
    }
  }
  return text;
}

TEST(ParserFuzz, Mutations) {
  const std::vector<std::string> corpus = Corpus();
  ASSERT_FALSE(corpus.empty());
  constexpr uint32_t kRounds = 40'000;
  for (uint32_t seed = 0; seed < kRounds; ++seed) {
    std::mt19937 random(seed);
    const std::string input = Mutated(corpus[random() % corpus.size()], corpus, random);
    const std::string wrong = CheckParser(input);
    ASSERT_EQ(wrong, "") << "seed " << seed << ": " << input;
  }
}

}  // namespace
}  // namespace muster::fuzz
