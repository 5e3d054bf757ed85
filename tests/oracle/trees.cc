#include "tests/oracle/trees.h"

#include <algorithm>
#include <memory>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "index/bitmap/number_slices.h"

namespace muster::oracle {
namespace {

using query::BoundExpression;
using query::BoundOperator;
using query::BoundPtr;

BoundPtr Make(BoundOperator op) { return std::make_unique<BoundExpression>(op); }

template <typename... Operands>
BoundPtr Join(BoundOperator op, const Operands&... operands) {
  BoundPtr made = Make(op);
  (made->operands.push_back(Clone(*operands)), ...);
  if (op == BoundOperator::kAtLeast) made->count = 2;
  return made;
}

constexpr BoundOperator kBinary[] = {BoundOperator::kAnd, BoundOperator::kOr, BoundOperator::kAtLeast};

// Adds every junction of three, of `total` operators in all its operands.
void AddTernary(const std::vector<std::vector<BoundPtr>>& smaller, int total, std::vector<BoundPtr>& trees) {
  for (int first = 0; first <= total; ++first) {
    for (int second = 0; first + second <= total; ++second) {
      for (const BoundPtr& a : smaller[first]) {
        for (const BoundPtr& b : smaller[second]) {
          for (const BoundPtr& c : smaller[total - first - second]) {
            trees.push_back(Join(BoundOperator::kAtLeast, a, b, c));
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

  BoundPtr Tree(int depth) {
    --left_;
    if (depth == 0 || left_ <= 1 || Below(random_, 5) == 0) return Leaf();
    switch (Below(random_, 8)) {
      case 0:
        return Junction(BoundOperator::kNot, 1, depth);
      case 1:
      case 2: {
        BoundPtr made = Junction(BoundOperator::kAtLeast, 1 + Below(random_, 9), depth);
        made->count = static_cast<uint32_t>(1 + Below(random_, made->operands.size()));
        return made;
      }
      case 3:
      case 4:
        return Junction(BoundOperator::kOr, 1 + Below(random_, 5), depth);
      default:
        return Junction(BoundOperator::kAnd, 1 + Below(random_, Below(random_, 6) == 0 ? 12 : 5), depth);
    }
  }

 private:
  BoundPtr Junction(BoundOperator op, uint64_t operands, int depth) {
    BoundPtr made = Make(op);
    for (; operands > 0; --operands) {
      BoundPtr operand = Tree(depth - 1);
      if (op != BoundOperator::kNot && Below(random_, 4) == 0) operand = Join(BoundOperator::kNot, operand);
      made->operands.push_back(std::move(operand));
    }
    return made;
  }

  index::RowRef AnyPlainRow() {
    return population_.plain_rows[Below(random_, population_.plain_rows.size())];
  }

  // A leaf of any view; everyone's dates are the first one's.
  BoundPtr Leaf() {
    if (Below(random_, 12) == 0) return DatesLeaf();
    BoundPtr leaf = LeafOfFirstView();
    if (Below(random_, 2) == 0)
      PutInView(static_cast<query::ViewIndex>(Below(random_, population_.dated.size() + 1)), *leaf);
    return leaf;
  }
  static void PutInView(query::ViewIndex view, BoundExpression& tree) {
    tree.view = view;
    for (const BoundPtr& operand : tree.operands) PutInView(view, *operand);
  }

  // Who had joined by a day.
  BoundPtr DatesLeaf() {
    BoundPtr made = Make(BoundOperator::kRange);
    made->tag = index::kEveryoneTag;
    made->low = index::kMinNumber;
    made->high = 45'999 + static_cast<int64_t>(Below(random_, 7));
    return made;
  }

  BoundPtr LeafOfFirstView() {
    switch (Below(random_, 15)) {
      case 12:
      case 13:
        if (!population_.single_rows.empty()) return Below(random_, 3) == 0 ? ValueLeaf() : ValuesLeaf();
        return AnyRowLeaf();
      case 14:
        if (!population_.numbers.empty()) return NumbersLeaf();
        return AnyRowLeaf();
      case 0:
        return Make(Below(random_, 2) == 0 ? BoundOperator::kEveryone : BoundOperator::kNobody);
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
  BoundPtr ValueLeaf() {
    const size_t among = Below(random_, 2) == 0 ? 4 : population_.single_rows.size();
    return RowLeaf(population_.single_rows[Below(random_, std::min(among, population_.single_rows.size()))]);
  }

  // Some of the SINGLE tag's values: two, few, half of them or nearly all.
  BoundPtr ValuesLeaf() {
    BoundPtr made = Make(BoundOperator::kAnyRow);
    made->tag = population_.single_rows.front().tag;
    const uint64_t percents[] = {0, 1, 20, 50, 99};
    const uint64_t percent = percents[Below(random_, 5)];
    for (const index::RowRef& row : population_.single_rows) {
      if (made->rows.size() < 2 || Below(random_, 100) < percent) made->rows.push_back(row.row);
    }
    return made;
  }

  // IN of numbers.
  BoundPtr NumbersLeaf() {
    BoundPtr made = Make(BoundOperator::kOr);
    const auto& [tag, value] = population_.numbers[Below(random_, population_.numbers.size())];
    for (uint64_t left = 1 + Below(random_, 30); left > 0; --left) {
      BoundPtr equal = Make(BoundOperator::kRange);
      equal->tag = tag;
      equal->value = value;
      equal->low = equal->high = Bound();
      made->operands.push_back(std::move(equal));
    }
    return made;
  }

  BoundPtr AnyRowLeaf() {
    BoundPtr made = Make(BoundOperator::kAnyRow);
    made->tag = population_.plain_rows.front().tag;
    for (const index::RowRef& row : population_.plain_rows) {
      if (Below(random_, 2) == 0) made->rows.push_back(row.row);
    }
    while (made->rows.size() < 2) made->rows.push_back(AnyPlainRow().row);
    std::sort(made->rows.begin(), made->rows.end());
    return made;
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

  BoundPtr RangeLeaf() {
    BoundPtr made = Make(BoundOperator::kRange);
    std::tie(made->tag, made->value) = population_.numbers[Below(random_, population_.numbers.size())];
    made->low = Bound();
    made->high = Bound();
    if (made->low > made->high) std::swap(made->low, made->high);
    return made;
  }

  Random& random_;
  const Population& population_;
  int left_;
};

}  // namespace

BoundPtr RowLeaf(index::RowRef row) {
  BoundPtr leaf = Make(BoundOperator::kRow);
  leaf->tag = row.tag;
  leaf->rows = {row.row};
  return leaf;
}

BoundPtr Clone(const BoundExpression& expression) {
  BoundPtr made = Make(expression.op);
  made->view = expression.view;
  made->tag = expression.tag;
  made->rows = expression.rows;
  made->value = expression.value;
  made->low = expression.low;
  made->high = expression.high;
  made->count = expression.count;
  made->label = expression.label;
  for (const BoundPtr& operand : expression.operands) made->operands.push_back(Clone(*operand));
  return made;
}

std::string Describe(const BoundExpression& expression) {
  static constexpr const char* kNames[] = {"everyone", "nobody", "row", "any",  "range",
                                           "and",      "or",     "not", "least"};
  std::string text = absl::StrCat("(", kNames[static_cast<int>(expression.op)]);
  if (expression.op == BoundOperator::kAtLeast) absl::StrAppend(&text, " ", expression.count);
  if (expression.view != query::kFirstView) absl::StrAppend(&text, " of view ", expression.view);
  if (expression.op == BoundOperator::kRange) {
    absl::StrAppend(&text, " ", expression.tag, ".", expression.value, " ", expression.low, "..",
                    expression.high);
  }
  for (const index::RowId row : expression.rows) absl::StrAppend(&text, " ", index::ValueOf(row));
  for (const BoundPtr& operand : expression.operands) absl::StrAppend(&text, " ", Describe(*operand));
  return text + ")";
}

std::vector<BoundPtr> AllTrees(int operators, const std::vector<index::RowRef>& rows) {
  std::vector<std::vector<BoundPtr>> by_size(1);
  for (const index::RowRef& row : rows) by_size[0].push_back(RowLeaf(row));
  for (int size = 1; size <= operators; ++size) {
    std::vector<BoundPtr> trees;
    for (const BoundPtr& operand : by_size[size - 1]) trees.push_back(Join(BoundOperator::kNot, operand));
    for (int left = 0; left < size; ++left) {
      for (const BoundPtr& a : by_size[left]) {
        for (const BoundPtr& b : by_size[size - 1 - left]) {
          for (const BoundOperator op : kBinary) trees.push_back(Join(op, a, b));
        }
      }
    }
    if (operators <= 2) AddTernary(by_size, size - 1, trees);
    by_size.push_back(std::move(trees));
  }
  return std::move(by_size.back());
}

BoundPtr RandomTree(Random& random, const Population& population, int max_nodes) {
  return RandomTrees(random, population, max_nodes).Tree(5);
}

}  // namespace muster::oracle
