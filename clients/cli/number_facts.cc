#include "clients/cli/number_facts.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "clients/cli/table.h"
#include "loaders/schema/tag_schema.h"

namespace muster::cli {
namespace {

// In percent.
constexpr int kPercentiles[] = {5, 25, 50, 75, 95};

int PercentilesIn(const v1::SummarizeNumberResponse& answer) {
  return std::min(static_cast<int>(std::size(kPercentiles)), answer.percentiles_size());
}

}  // namespace

bool HasNumbers(const v1::Tag& tag) {
  return loaders::TraitsOf(tag.kind()).is_numeric && tag.member_count() > 0;
}

v1::SummarizeNumberRequest NumberQuestion(const std::string& population, const std::string& tag) {
  v1::SummarizeNumberRequest request;
  request.set_population(population);
  request.set_tag(tag);
  for (const int percent : kPercentiles) request.add_percentiles(percent);
  return request;
}

std::vector<std::pair<std::string, std::string>> NumberFacts(const v1::SummarizeNumberResponse& answer) {
  if (answer.member_count() == 0) return {};
  std::vector<std::pair<std::string, std::string>> facts = {{"least", answer.least()}};
  for (int i = 0; i < PercentilesIn(answer); ++i) {
    facts.emplace_back(kPercentiles[i] == 50 ? "median" : absl::StrCat(kPercentiles[i], " %"),
                       answer.percentiles(i));
  }
  facts.emplace_back("greatest", answer.greatest());
  facts.emplace_back("mean", answer.mean());
  return facts;
}

std::string NumberCsv(const v1::SummarizeNumberResponse& answer) {
  std::string text = CsvLine({"measure", "value"});
  if (answer.member_count() == 0) return text;
  text += CsvLine({"least", answer.least()});
  for (int i = 0; i < PercentilesIn(answer); ++i)
    text += CsvLine({absl::StrCat("p", kPercentiles[i]), answer.percentiles(i)});
  text += CsvLine({"greatest", answer.greatest()});
  if (!answer.mean().empty()) text += CsvLine({"mean", answer.mean()});
  return text;
}

}  // namespace muster::cli
