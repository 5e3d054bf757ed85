#include "query/planning/plan.h"

#include <cmath>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "index/status/status_facts.h"
#include "index/status/status_macros.h"
#include "query/planning/birthday_numbers.h"
#include "query/planning/estimates.h"
#include "query/planning/rewrites.h"
#include "query/planning/share_operands.h"
#include "query/tree/plan_tree.h"

namespace muster::query {
namespace {

// Nodes of a long expression planned between two checks of the budget.
constexpr size_t kNodesBetweenChecks = 64;

// Limits the different birthdays of a program and their runs of days, one or two for each year that the
// slices can hold: 30 bytes of text become some 10 KB if dates lie in two centuries, and 300 KB if one is
// 9999-12-31. A run takes some 30 bytes.
constexpr size_t kMaxBirthdays = 4'096;
constexpr size_t kMaxRunsOfDays = size_t{1} << 20;

// Limits the different salts of a program: each of them reads and hashes the ids of all members, which takes
// 50 to 80 ms of a thread per million.
constexpr size_t kMaxSalts = 64;

// Estimates every leaf of the tree.
absl::Status EstimateLeaves(const Statistics& statistics, Estimator& estimator, PlanOperand& root) {
  absl::Status status;
  size_t seen = 0;
  VisitPostOrder(root, [&](PlanOperand& operand) {
    if (++seen % kNodesBetweenChecks == 0) status.Update(statistics.budget().Check());
    if (status.ok() && operand.node->operands.empty()) status = estimator.EstimateLeaf(*operand.node);
  });
  return status;
}

const char* WayOfBuckets(const Bucket& bucket) {
  if (!bucket.stored.has_value()) return " (by ids)";
  return bucket.stored->missing > 0 ? " (by slices, new members by ids)" : " (by slices)";
}

std::string TextOf(const PlanNode& node) {
  const auto leaf_text = [&node](SourceRef source) {
    return node.label.empty() ? absl::StrCat("rows of tag ", source.source) : node.label;
  };
  return std::visit(
      Overloaded{
          [&](const Nobody&) {
            return node.label.empty() ? std::string("NOBODY") : absl::StrCat(node.label, " (nobody)");
          },
          [](const Everyone&) { return std::string("EVERYONE"); },
          [&](const Row& leaf) { return leaf_text(leaf.row.source); },
          [&](const AnyRow& leaf) { return leaf_text(leaf.source); },
          [&](const NumberRange& leaf) { return leaf_text(leaf.number.source); },
          [&](const NumberList& leaf) { return absl::StrCat(leaf_text(leaf.number.source), " (by slices)"); },
          [&](const Birthday& leaf) { return absl::StrCat(leaf_text(leaf.number.source), " (by slices)"); },
          [&](const SumRange& leaf) { return leaf_text(leaf.terms.front().number.source); },
          [&](const Bucket& leaf) { return absl::StrCat(node.label, WayOfBuckets(leaf)); },
          [](const AllOf&) { return std::string("ALL OF"); },
          [](const AnyOf&) { return std::string("ANY OF"); },
          [](const AtLeast& threshold) { return absl::StrCat("AT LEAST ", threshold.count, " OF"); },
      },
      node.kind);
}

// Compiles plans into one program, leaves first.
class PlanCompiler {
 public:
  explicit PlanCompiler(const Statistics& statistics)
      : statistics_(statistics), member_count_(statistics.MemberCount()) {}

  absl::StatusOr<PlannedProgram> Compile(const PlanOperand& root) && {
    const Operand compiled = CompileOperand(root);
    RETURN_IF_ERROR(status_);
    planned_.labels.push_back({"EVERYONE", member_count_});  // the node that Build appends
    planned_.program = std::move(builder_).Build(compiled);
    planned_.cost = root.node->cost;
    return std::move(planned_);
  }

  absl::StatusOr<PlannedNumber> CompileWithNumber(const PlanOperand& root, const NumberRange& number) && {
    PlannedNumber planned;
    const Operand compiled = CompileOperand(root);
    planned.number = builder_.Range(number.number, number.magnitude_bits, number.low, number.high);
    RETURN_IF_ERROR(status_);
    planned.program = std::move(builder_).Build(compiled);
    return planned;
  }

  // Roots that are conjunctions are assembled last, so that they can share operands.
  void Add(const PlanOperand& root) {
    planned_.cost += root.node->cost;
    if (root.node->Is<AllOf>() && !root.negated) {
      conjunction_roots_.push_back(roots_.size());
      conjunctions_.push_back(CompileOperands(*root.node));
      roots_.push_back({});
    } else {
      roots_.push_back(CompileOperand(root));
    }
  }
  absl::StatusOr<PlannedBatch> Finish(bool share_operands) && {
    RETURN_IF_ERROR(status_);
    if (share_operands) ShareOperands(builder_, conjunctions_);
    for (size_t i = 0; i < conjunctions_.size(); ++i) {
      roots_[conjunction_roots_[i]] = {builder_.And(std::move(conjunctions_[i])), false};
    }
    return PlannedBatch{std::move(builder_).Build(std::move(roots_)), planned_.cost};
  }

 private:
  std::vector<Operand> CompileOperands(const PlanNode& node) {
    std::vector<Operand> operands;
    for (const PlanOperand& each : node.operands) operands.push_back(CompileOperand(each));
    return operands;
  }
  // Whether the budget is exhausted: then the rest of the plan becomes NOBODY, and the program is discarded.
  bool GivenUp() {
    if (++compiled_ % kNodesBetweenChecks == 0 && status_.ok()) status_ = statistics_.budget().Check();
    return !status_.ok();
  }

  Operand CompileOperand(const PlanOperand& operand) {
    if (GivenUp()) return {builder_.Nobody(), false};
    const PlanNode& node = *operand.node;
    const NodeIndex index = Append(node, CompileOperands(node));
    const double estimate = node.share * static_cast<double>(member_count_);
    if (index == planned_.labels.size()) {  // otherwise an equal node exists already
      planned_.labels.push_back({TextOf(node), static_cast<uint64_t>(std::llround(estimate))});
    }
    return {index, operand.negated};
  }

  NodeIndex Append(const PlanNode& node, std::vector<Operand> operands) {
    return std::visit(
        Overloaded{
            [&](const Nobody&) { return builder_.Nobody(); },
            [&](const Everyone&) { return builder_.Everyone(); },
            [&](const Row& leaf) { return builder_.Row(leaf.row); },
            [&](const AnyRow& leaf) {
              std::vector<SetRef> rows;
              for (const index::RowId row : leaf.rows) rows.emplace_back(leaf.source, row);
              return builder_.AnyRow(rows);
            },
            [&](const NumberRange& leaf) {
              return builder_.Range(leaf.number, leaf.magnitude_bits, leaf.low, leaf.high);
            },
            [&](const NumberList& leaf) {
              return builder_.NumberIn(leaf.number, leaf.magnitude_bits, leaf.intervals);
            },
            [&](const Birthday& leaf) { return AppendBirthday(leaf); },
            [&](const SumRange& leaf) { return builder_.Sum(leaf); },
            [&](const Bucket& leaf) { return AppendBucket(leaf); },
            [&](const AllOf&) { return builder_.And(std::move(operands)); },
            [&](const AnyOf&) { return builder_.Or(std::move(operands)); },
            [&](const AtLeast& threshold) { return builder_.AtLeast(threshold.count, std::move(operands)); },
        },
        node.kind);
  }

  NodeIndex AppendBucket(const Bucket& leaf) {
    if (salts_.size() <= kMaxSalts) salts_.insert(leaf.salt);
    if (salts_.size() > kMaxSalts && status_.ok()) {
      status_ = index::WithLimit(
          absl::InvalidArgumentError(absl::StrCat("An expression, or a batch of them, has at most ",
                                                  kMaxSalts, " different salts of BUCKET; ask in several.")),
          kMaxSalts);
    }
    return builder_.Bucket(leaf);
  }

  NodeIndex AppendBirthday(const Birthday& leaf) {
    const size_t before = builder_.size();
    std::vector<NumberInterval> numbers = NumbersOf(leaf);
    const size_t runs = numbers.size();
    const NodeIndex index = builder_.NumberIn(leaf.number, leaf.magnitude_bits, std::move(numbers));
    if (builder_.size() == before) return index;
    ++birthdays_;
    runs_of_days_ += runs;
    if (!status_.ok()) return index;
    if (birthdays_ > kMaxBirthdays) {
      status_ = index::WithLimit(absl::InvalidArgumentError(absl::StrCat(
                                     "An expression, or a batch of them, has at most ", kMaxBirthdays,
                                     " different BIRTHDAY conditions; ask in several.")),
                                 kMaxBirthdays);
    } else if (runs_of_days_ > kMaxRunsOfDays) {
      status_ = index::WithLimit(
          absl::InvalidArgumentError(absl::StrCat(
              "The BIRTHDAY conditions of an expression, or of a batch of them, come to more than ",
              kMaxRunsOfDays, " runs of days in the years that their tags span; ask in several.")),
          kMaxRunsOfDays);
    }
    return index;
  }

  const Statistics& statistics_;
  const uint64_t member_count_;
  std::set<std::string> salts_;
  size_t birthdays_ = 0;     // distinct ones
  size_t runs_of_days_ = 0;  // of all of them together
  size_t compiled_ = 0;
  absl::Status status_;
  ProgramBuilder builder_;
  PlannedProgram planned_;
  // Only for a batch.
  std::vector<Operand> roots_;
  std::vector<size_t> conjunction_roots_;
  std::vector<std::vector<Operand>> conjunctions_;
};

absl::Status EstimateAndRewrite(const Statistics& statistics, const PlanOptions& options,
                                Estimator& estimator, PlanOperand& root) {
  RETURN_IF_ERROR(EstimateLeaves(statistics, estimator, root));
  return RewritePlan(statistics, options, root);
}

}  // namespace

absl::StatusOr<PlannedProgram> Plan(PlanOperand tree, const Statistics& statistics,
                                    const PlanOptions& options) {
  Estimator estimator(statistics);
  RETURN_IF_ERROR(EstimateAndRewrite(statistics, options, estimator, tree));
  return PlanCompiler(statistics).Compile(tree);
}

absl::StatusOr<PlannedNumber> PlanWithNumber(PlanOperand tree, const NumberRef& number,
                                             const Statistics& statistics, const PlanOptions& options) {
  Estimator estimator(statistics);
  RETURN_IF_ERROR(EstimateAndRewrite(statistics, options, estimator, tree));
  PlanNode all{.kind = NumberRange{.number = number}};
  RETURN_IF_ERROR(estimator.EstimateLeaf(all));
  return PlanCompiler(statistics).CompileWithNumber(tree, *all.As<NumberRange>());
}

absl::StatusOr<PlannedBatch> PlanBatch(std::vector<PlanOperand> trees, const Statistics& statistics,
                                       const PlanOptions& options) {
  Estimator estimator(statistics);
  PlanCompiler compiler(statistics);
  for (PlanOperand& tree : trees) {
    RETURN_IF_ERROR(EstimateAndRewrite(statistics, options, estimator, tree));
    compiler.Add(tree);
    tree = PlanOperand();
  }
  return std::move(compiler).Finish(options.rewrites.Has(Rewrite::kShareOperands));
}

}  // namespace muster::query
