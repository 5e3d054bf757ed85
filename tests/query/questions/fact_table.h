// What is known of a few thousand members, as texts; loaded into a database, and asked directly.
#ifndef MUSTER_TESTS_QUERY_QUESTIONS_FACT_TABLE_H_
#define MUSTER_TESTS_QUERY_QUESTIONS_FACT_TABLE_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "index/population/database.h"
#include "query/language/expression.h"

namespace muster::query {

// One member's cells by tag; an empty one is "no value". MULTI values are joined by `|`, weights follow after
// `:`. "LIST name" is there when the id list `name` holds the member.
using Facts = std::map<std::string, std::string>;

// vip FLAG; city SINGLE; interests MULTI with weights (scale 1); colors MULTI; age NUMBER; price NUMBER
// (scale 2); birth DATE; seen TIMESTAMP. The population is in Shanghai, which has had one offset for decades,
// so that texts compare as their times do.
const std::vector<index::LoadTagSpec>& FactTags();

// `count` members from a seed; a third of the cells is empty.
std::vector<Facts> MakeFacts(uint32_t seed, size_t count);

// Whether the member is in the expression's set, straight from docs/semantics.md and the texts. TODAY is
// 2026-03-31; only offsets of 0, −30 days, −1 month and +1 day, and birthdays within 0, 1 and 363 days, are
// known here. REQUIRES: literals fit their tags.
bool Holds(const Expression& expression, const Facts& member);

// A database in a temporary directory, which the destructor removes.
class FactDatabase {
 public:
  FactDatabase();
  ~FactDatabase();

  // Loads members `first`, `first` + 1, … as m00000001 … with the business date, or today's; answers the
  // population.
  index::Population& Load(const std::vector<Facts>& facts, size_t first = 0,
                          index::LoadMode mode = index::LoadMode::kMerge,
                          std::vector<index::LoadTagSpec> tags = FactTags(),
                          std::optional<absl::CivilDay> date = std::nullopt);
  index::Population& population();

 private:
  std::string directory_;
  std::unique_ptr<index::Database> database_;
};

}  // namespace muster::query

#endif  // MUSTER_TESTS_QUERY_QUESTIONS_FACT_TABLE_H_
