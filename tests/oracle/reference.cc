#include "tests/oracle/reference.h"

#include <xxhash.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <variant>

#include "absl/strings/str_cat.h"

namespace muster::oracle {
namespace {

using query::PlanOperand;

constexpr int64_t kFarthestDay = 4'000'000;

using Views = std::vector<const Facts*>;  // by ViewIndex

bool InRow(const Views& views, const query::SetRef& row, index::Ordinal member) {
  const Facts& facts = *views[row.view];
  const auto found = facts.rows.find(row.in_view());
  return found != facts.rows.end() && found->second.contains(member);
}

// The member's number; nothing where it has none.
std::optional<int64_t> NumberOf(const Views& views, const query::NumberRef& of, index::Ordinal member) {
  const Facts& facts = *views[of.source.view];
  const auto numbers = facts.numbers.find({of.source.source, of.value});
  if (numbers == facts.numbers.end()) return std::nullopt;
  const auto number = numbers->second.find(member);
  return number == numbers->second.end() ? std::nullopt : std::optional(number->second);
}

}  // namespace

std::string NameOf(index::Ordinal member) { return absl::StrCat("m", member); }

uint64_t BucketOfOrdinal(const std::string& salt, index::Ordinal member) {
  std::string hashed = salt;
  hashed.push_back('\0');
  hashed += NameOf(member);
  return XXH3_64bits(hashed.data(), hashed.size()) % 10'000;
}

absl::CivilDay DayOf(int64_t number) { return absl::CivilDay(1900, 1, 1) + number % (kFarthestDay + 1); }

bool Holds(const PlanOperand& tree, const Views& views, index::Ordinal member) {
  if (!views[query::kFirstView]->everyone.contains(member)) return false;
  const auto& operands = tree.node->operands;
  const auto holds = [&](const PlanOperand& operand) { return Holds(operand, views, member); };
  const bool in_node = std::visit(
      query::Overloaded{
          [](const query::Nobody&) { return false; },
          [](const query::Everyone&) { return true; },
          [&](const query::Row& leaf) { return InRow(views, leaf.row, member); },
          [&](const query::AnyRow& leaf) {
            return std::any_of(leaf.rows.begin(), leaf.rows.end(), [&](index::RowId row) {
              return InRow(views, {leaf.source, row}, member);
            });
          },
          [&](const query::NumberRange& leaf) {
            const std::optional<int64_t> number = NumberOf(views, leaf.number, member);
            return number.has_value() && leaf.low <= *number && *number <= leaf.high;
          },
          [&](const query::NumberList& leaf) {
            const std::optional<int64_t> number = NumberOf(views, leaf.number, member);
            return number.has_value() &&
                   std::any_of(leaf.intervals.begin(), leaf.intervals.end(), [&](const auto& interval) {
                     return interval.low <= *number && *number <= interval.high;
                   });
          },
          [&](const query::Birthday& leaf) {
            const std::optional<int64_t> number = NumberOf(views, leaf.number, member);
            if (!number.has_value() || std::abs(*number) > kFarthestDay) return false;
            const absl::CivilDay day = DayOf(*number);
            return day.year() >= 0 && day.year() <= 10'000 && leaf.days.Holds(query::YearDays::PlaceOf(day));
          },
          [&](const query::SumRange& leaf) {
            absl::int128 sum = 0;
            for (const query::SumTerm& term : leaf.terms) {
              const std::optional<int64_t> number = NumberOf(views, term.number, member);
              if (!number.has_value()) return false;
              sum += term.factor * *number;
            }
            return leaf.low <= sum && sum <= leaf.high;
          },
          [&](const query::Bucket& leaf) {
            const uint64_t bucket = BucketOfOrdinal(leaf.salt, member);
            return leaf.low <= bucket && bucket <= leaf.high;
          },
          [&](const query::AllOf&) { return std::all_of(operands.begin(), operands.end(), holds); },
          [&](const query::AnyOf&) { return std::any_of(operands.begin(), operands.end(), holds); },
          [&](const query::AtLeast& threshold) {
            return std::count_if(operands.begin(), operands.end(), holds) >= threshold.count;
          },
      },
      tree.node->kind);
  return in_node != tree.negated;
}

}  // namespace muster::oracle
