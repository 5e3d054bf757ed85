#include "tests/oracle/trees.h"

#include <algorithm>
#include <set>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "index/bitmap/number_slices.h"

namespace muster::oracle {
namespace {

using query::AllOf;
using query::AnyOf;
using query::AtLeast;
using query::Junction;
using query::Nobody;
using query::Not;
using query::PlanOperand;
using query::SetKind;

template <Junction Kind, typename... Operands>
PlanOperand Join(Kind junction, Operands... operands) {
  std::vector<PlanOperand> all;
  (all.push_back(std::move(operands)), ...);
  return query::Join(junction, std::move(all));
}

// Adds every junction of three, of `total` operators in all its operands.
void AddTernary(const std::vector<std::vector<PlanOperand>>& smaller, int total,
                std::vector<PlanOperand>& trees) {
  for (int first = 0; first <= total; ++first) {
    for (int second = 0; first + second <= total; ++second) {
      for (const PlanOperand& a : smaller[first]) {
        for (const PlanOperand& b : smaller[second]) {
          for (const PlanOperand& c : smaller[total - first - second]) {
            trees.push_back(Join(AtLeast{2}, a, b, c));
          }
        }
      }
    }
  }
}

class RandomTrees {
 public:
  RandomTrees(Random& random, const Population& population, int max_nodes)
      : random_(random), population_(population), left_(max_nodes) {}

  PlanOperand Tree(int depth) {
    --left_;
    if (depth == 0 || left_ <= 1 || Below(random_, 5) == 0) return Leaf();
    switch (Below(random_, 8)) {
      case 0:
        return Not(Tree(depth - 1));
      case 1:
      case 2: {
        std::vector<PlanOperand> operands = Operands(1 + Below(random_, 9), depth);
        const auto count = static_cast<uint32_t>(1 + Below(random_, operands.size()));
        return query::Join(AtLeast{count}, std::move(operands));
      }
      case 3:
      case 4:
        return query::Join(AnyOf{}, Operands(1 + Below(random_, 5), depth));
      default:
        return query::Join(AllOf{}, Operands(1 + Below(random_, Below(random_, 6) == 0 ? 12 : 5), depth));
    }
  }

 private:
  std::vector<PlanOperand> Operands(uint64_t count, int depth) {
    std::vector<PlanOperand> operands;
    for (; count > 0; --count) {
      operands.push_back(Tree(depth - 1));
      if (Below(random_, 4) == 0) operands.back() = Not(std::move(operands.back()));
    }
    return operands;
  }

  index::RowRef AnyPlainRow() {
    return population_.plain_rows[Below(random_, population_.plain_rows.size())];
  }

  // A leaf of any view; everyone's dates are the first one's.
  PlanOperand Leaf() {
    if (Below(random_, 12) == 0) return DatesLeaf();
    if (Below(random_, 30) == 0) return BucketLeaf();
    if (Below(random_, 20) == 0 && population_.list.has_value()) return ListLeaf();
    PlanOperand leaf = LeafOfFirstView();
    if (Below(random_, 2) == 0)
      PutInView(static_cast<query::ViewIndex>(Below(random_, population_.dated.size() + 1)), leaf);
    return leaf;
  }
  static void PutInView(query::ViewIndex view, PlanOperand& tree) {
    std::visit(query::Overloaded{[view](query::Row& leaf) { leaf.row.view = view; },
                                 [view](query::AnyRow& leaf) { leaf.source.view = view; },
                                 [view](query::NumberRange& leaf) { leaf.number.source.view = view; },
                                 [view](query::NumberList& leaf) { leaf.number.source.view = view; },
                                 [view](query::Birthday& leaf) { leaf.number.source.view = view; },
                                 [view](query::SumRange& leaf) {
                                   for (query::SumTerm& term : leaf.terms) term.number.source.view = view;
                                 },
                                 [](Nobody&) {}, [](query::Everyone&) {}, [](query::Bucket&) {},
                                 [](Junction auto&) {}},
               tree.node->kind);
    for (PlanOperand& operand : tree.node->operands) PutInView(view, operand);
  }

  // Who had joined by a day.
  PlanOperand DatesLeaf() {
    query::NumberRange joined{.number = {index::kEveryoneTag}};
    joined.high = 45'999 + static_cast<int64_t>(Below(random_, 7));
    return PlanOperand(joined);
  }

  // An id list, as it is bound.
  PlanOperand ListLeaf() {
    return Join(AllOf{}, PlanOperand(query::Row{index::RowRef{index::kEveryoneTag, index::kKnownRow}}),
                PlanOperand(query::Row{*population_.list}));
  }

  // A few buckets, or nearly all, of one of two salts, by slices if there are some.
  PlanOperand BucketLeaf() {
    query::Bucket bucket{.salt = Below(random_, 2) == 0 ? "spring" : "autumn"};
    bucket.low = Below(random_, 3) == 0 ? 0 : static_cast<uint32_t>(Below(random_, query::kBuckets));
    bucket.high = bucket.low + static_cast<uint32_t>(Below(random_, query::kBuckets - bucket.low));
    for (const StoredSalt& stored : population_.salts) {
      if (stored.salt != bucket.salt || Below(random_, 4) == 0) continue;
      bucket.stored = {.number = {query::SourceRef(stored.source)}, .missing = Below(random_, 3) / 2.0};
    }
    return PlanOperand(std::move(bucket));
  }

  PlanOperand LeafOfFirstView() {
    switch (Below(random_, 16)) {
      case 15:
        return population_.numbers.empty() ? AnyRowLeaf() : SumLeaf();
      case 12:
      case 13:
        if (!population_.single_rows.empty()) return Below(random_, 3) == 0 ? ValueLeaf() : ValuesLeaf();
        return AnyRowLeaf();
      case 14:
        if (!population_.numbers.empty()) return Below(random_, 3) == 0 ? BirthdayLeaf() : NumbersLeaf();
        return AnyRowLeaf();
      case 0:
        return PlanOperand(Below(random_, 2) == 0 ? SetKind(query::Everyone{}) : Nobody{});
      case 1:
      case 2:
        return AnyRowLeaf();
      case 3:
      case 4:
      case 5:
        return RangeLeaf();
      default:
        return RowLeaf(AnyPlainRow());
    }
  }

  // One of the SINGLE tag's values, often one of few: so equal leaves meet.
  PlanOperand ValueLeaf() {
    const size_t among = Below(random_, 2) == 0 ? 4 : population_.single_rows.size();
    return RowLeaf(population_.single_rows[Below(random_, std::min(among, population_.single_rows.size()))]);
  }

  // Some of the SINGLE tag's values: two, few, half of them or nearly all.
  PlanOperand ValuesLeaf() {
    query::AnyRow made{.source = population_.single_rows.front().tag};
    const uint64_t percents[] = {0, 1, 20, 50, 99};
    const uint64_t percent = percents[Below(random_, 5)];
    for (const index::RowRef& row : population_.single_rows) {
      if (made.rows.size() < 2 || Below(random_, 100) < percent) made.rows.push_back(row.row);
    }
    return PlanOperand(std::move(made));
  }

  // IN of numbers: comparisons, or a list as it is looked up.
  PlanOperand NumbersLeaf() {
    const auto& [tag, value] = population_.numbers[Below(random_, population_.numbers.size())];
    const query::NumberRef number{tag, value};
    std::vector<PlanOperand> equals;
    std::set<int64_t> numbers;
    for (uint64_t left = 1 + Below(random_, 30); left > 0; --left) {
      const int64_t bound = Bound();
      numbers.insert(bound);
      equals.emplace_back(query::NumberRange{.number = number, .low = bound, .high = bound});
    }
    if (Below(random_, 4) > 0) return query::Join(AnyOf{}, std::move(equals));
    query::NumberList list{.number = number};
    for (const int64_t each : numbers) list.intervals.push_back({each, each});
    return PlanOperand(std::move(list));
  }

  // Some of the days on which the numbers lie, and a stretch from one of them.
  PlanOperand BirthdayLeaf() {
    const auto& [tag, value] = population_.numbers[Below(random_, population_.numbers.size())];
    query::Birthday birthday{.number = {tag, value}};
    for (uint64_t left = 1 + Below(random_, 4); left > 0; --left) {
      const absl::CivilDay day = DayOf(Bound());
      birthday.days.AddKept(day, Below(random_, 3) == 0 ? static_cast<int>(Below(random_, 200)) : 0);
    }
    return PlanOperand(std::move(birthday));
  }

  // One to three numbers, also the same one twice, with a sum near that of two that somebody has.
  PlanOperand SumLeaf() {
    query::SumRange made;
    absl::int128 near = 0;
    for (uint64_t left = 1 + Below(random_, 3); left > 0; --left) {
      const auto& [tag, value] = population_.numbers[Below(random_, population_.numbers.size())];
      const int64_t factors[] = {1, -1, 1, -1, 2, -3, 10, 1000};
      made.terms.push_back({.number = {tag, value}, .factor = factors[Below(random_, 8)]});
      near += made.terms.back().factor * Bound();
    }
    if (Below(random_, 3) > 0) made.low = near;
    if (Below(random_, 3) > 0) made.high = near + static_cast<int64_t>(Below(random_, 4));
    return PlanOperand(std::move(made));
  }

  PlanOperand AnyRowLeaf() {
    query::AnyRow made{.source = population_.plain_rows.front().tag};
    for (const index::RowRef& row : population_.plain_rows) {
      if (Below(random_, 2) == 0) made.rows.push_back(row.row);
    }
    while (made.rows.size() < 2) made.rows.push_back(AnyPlainRow().row);
    std::sort(made.rows.begin(), made.rows.end());
    return PlanOperand(std::move(made));
  }

  int64_t Bound() {
    const auto& numbers = population_.interesting_numbers;
    if (numbers.empty() || Below(random_, 8) == 0) {
      const int64_t extremes[] = {index::kMinNumber, index::kMaxNumber, 0, -1, 1};
      return extremes[Below(random_, 5)];
    }
    const int64_t number = numbers[Below(random_, numbers.size())];
    const int64_t step = static_cast<int64_t>(Below(random_, 3)) - 1;
    if (step > 0 ? number == index::kMaxNumber : number == index::kMinNumber) return number;
    return number + step;
  }

  PlanOperand RangeLeaf() {
    const auto& [tag, value] = population_.numbers[Below(random_, population_.numbers.size())];
    query::NumberRange range{.number = {tag, value}, .low = Bound()};
    range.high = Bound();
    if (range.low > range.high) std::swap(range.low, range.high);
    return PlanOperand(range);
  }

  Random& random_;
  const Population& population_;
  int left_;
};

}  // namespace

PlanOperand RowLeaf(index::RowRef row) { return PlanOperand(query::Row{row}); }

std::string Describe(const PlanOperand& tree) {
  const auto of_view = [](query::ViewIndex view) {
    return view == query::kFirstView ? "" : absl::StrCat(" of view ", view);
  };
  const auto of_number = [&](const char* name, const query::NumberRef& number) {
    return absl::StrCat(name, of_view(number.source.view), " ", number.source.source, ".", number.value);
  };
  std::string text = std::visit(
      query::Overloaded{
          [](const Nobody&) { return std::string("nobody"); },
          [](const query::Everyone&) { return std::string("everyone"); },
          [&](const query::Row& leaf) {
            return absl::StrCat("row", of_view(leaf.row.view), " ", index::ValueOf(leaf.row.row));
          },
          [&](const query::AnyRow& leaf) {
            std::string any = absl::StrCat("any", of_view(leaf.source.view));
            for (const index::RowId row : leaf.rows) absl::StrAppend(&any, " ", index::ValueOf(row));
            return any;
          },
          [&](const query::NumberRange& leaf) {
            return absl::StrCat(of_number("range", leaf.number), " ", leaf.low, "..", leaf.high);
          },
          [&](const query::NumberList& leaf) {
            std::string list = of_number("list", leaf.number);
            for (const auto& [low, high] : leaf.intervals) absl::StrAppend(&list, " ", low, "..", high);
            return list;
          },
          [&](const query::Birthday& leaf) {
            std::string text = of_number("birthday", leaf.number);
            for (size_t place = 0; place < query::YearDays::kDays; ++place)
              if (leaf.days.Holds(place)) absl::StrAppend(&text, " ", place);
            return text;
          },
          [&](const query::SumRange& leaf) {
            std::string sum("sum");
            for (const query::SumTerm& term : leaf.terms)
              absl::StrAppend(&sum, " ", static_cast<int64_t>(term.factor), of_number(" *", term.number));
            return absl::StrCat(sum, " ", static_cast<double>(leaf.low), "..",
                                static_cast<double>(leaf.high));
          },
          [](const query::Bucket& leaf) {
            return absl::StrCat(leaf.stored.has_value() ? "stored bucket " : "bucket ", leaf.salt, " ",
                                leaf.low, "..", leaf.high);
          },
          [](const AllOf&) { return std::string("and"); },
          [](const AnyOf&) { return std::string("or"); },
          [](const AtLeast& threshold) { return absl::StrCat("least ", threshold.count); },
      },
      tree.node->kind);
  for (const PlanOperand& operand : tree.node->operands) absl::StrAppend(&text, " ", Describe(operand));
  return absl::StrCat(tree.negated ? "(not (" : "(", text, tree.negated ? "))" : ")");
}

std::vector<PlanOperand> AllTrees(int operators, const std::vector<index::RowRef>& rows) {
  std::vector<std::vector<PlanOperand>> by_size(1);
  for (const index::RowRef& row : rows) by_size[0].push_back(RowLeaf(row));
  for (int size = 1; size <= operators; ++size) {
    std::vector<PlanOperand> trees;
    for (const PlanOperand& operand : by_size[size - 1]) trees.push_back(Not(operand));
    for (int left = 0; left < size; ++left) {
      for (const PlanOperand& a : by_size[left]) {
        for (const PlanOperand& b : by_size[size - 1 - left]) {
          trees.push_back(Join(AllOf{}, a, b));
          trees.push_back(Join(AnyOf{}, a, b));
          trees.push_back(Join(AtLeast{2}, a, b));
        }
      }
    }
    if (operators <= 2) AddTernary(by_size, size - 1, trees);
    by_size.push_back(std::move(trees));
  }
  return std::move(by_size.back());
}

PlanOperand RandomTree(Random& random, const Population& population, int max_nodes) {
  return RandomTrees(random, population, max_nodes).Tree(5);
}

}  // namespace muster::oracle
