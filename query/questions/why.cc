// Every leaf of the expressions becomes a root of a program, which is evaluated at the member's ordinal
// alone. So a leaf selects the member here exactly if a scan does. The inner nodes are evaluated from the
// leaves twice: as sets, in which NOT is the complement, and in three-valued logic, in which a clause about a
// tag that the member lacks is unknown.
#include "query/questions/why.h"

#include <algorithm>
#include <set>
#include <utility>

#include "index/bitmap/salted_buckets.h"
#include "index/population/population.h"
#include "index/status/status_facts.h"
#include "index/status/status_macros.h"
#include "query/execution/member_probe.h"
#include "query/language/formatter.h"
#include "query/language/leaf_text.h"
#include "query/planning/plan.h"
#include "query/questions/scan_parts.h"
#include "query/questions/understanding.h"
#include "query/questions/view_statistics.h"
#include "text/normal_form.h"
#include "text/sentence.h"

namespace muster::query {
namespace {

// Whether each leaf selects the member.
using SelectedLeaves = absl::flat_hash_map<const Expression*, bool>;

// An expression that was understood.
struct Explained {
  UnderstoodNodes nodes;
  WhyAnswer* answer = nullptr;
};

// Leaves whose sets are probed together.
class LeafProbe {
 public:
  LeafProbe(const QuestionViews& views, index::Ordinal member, WorkBudget& budget, SelectedLeaves& selected)
      : views_(views), member_(member), budget_(budget), selected_(selected) {}

  // Adds a leaf. Finish, or an earlier Add, records whether it selects the member.
  absl::Status Add(const Expression* leaf, PlanOperand set) {
    const size_t parts = PartsOf(set);
    if (!sets_.empty() && parts_ + parts > kMaxScanParts) {
      RETURN_IF_ERROR(Finish());
    }
    parts_ += parts;
    leaves_.push_back(leaf);
    sets_.push_back(std::move(set));
    return absl::OkStatus();
  }

  absl::Status Finish() {
    if (sets_.empty()) return absl::OkStatus();
    const absl::Span<const ViewPtr> views = views_.opened();
    ASSIGN_OR_RETURN(const PlannedBatch planned, PlanBatch(std::move(sets_), ViewStatistics(views, budget_)));
    const ScanJob job{.program = planned.program,
                      .make_source = SourcesOf(views),
                      .fragments = {},
                      .options = {.budget = &budget_, .ids = &views[kFirstView]->members()}};
    ASSIGN_OR_RETURN(const std::vector<bool> selected, ProbeMember(job, member_));
    for (size_t i = 0; i < leaves_.size(); ++i) selected_[leaves_[i]] = selected[i];
    sets_.clear();
    leaves_.clear();
    parts_ = 0;
    return absl::OkStatus();
  }

 private:
  const QuestionViews& views_;
  const index::Ordinal member_;
  WorkBudget& budget_;
  SelectedLeaves& selected_;
  std::vector<const Expression*> leaves_;
  std::vector<PlanOperand> sets_;  // one for each leaf
  size_t parts_ = 0;               // of all sets together
};

// Reads the member's values of the named tags, and the date when it joined.
absl::Status ReadTags(const QuestionViews& views, const std::set<NamedTag>& named, index::Ordinal member,
                      WorkBudget& budget, WhyAnswers& answers) {
  const std::vector<NamedTag> all(named.begin(), named.end());
  std::vector<std::vector<index::Tag>> by_view(views.opened().size());
  for (TagInView& tag : views.TagsByName(all)) {
    answers.tags[{tag.view, tag.tag.id}].tag = tag.tag;
    by_view[tag.view].push_back(std::move(tag.tag));
  }
  const absl::TimeZone zone = views.first().time_zone();
  for (ViewIndex view = 0; view < by_view.size(); ++view) {
    if (view != kFirstView && by_view[view].empty()) continue;
    ASSIGN_OR_RETURN(index::MemberProfile profile, views.opened()[view]->members().ProfileOf(
                                                       std::move(by_view[view]), member, zone, budget));
    answers.first_date = profile.first_date;
    for (index::MemberTag& tag : profile.tags) answers.tags[{view, tag.tag.id}] = std::move(tag);
  }
  return absl::OkStatus();
}

// The member's id, which the facts about BUCKET hash. Empty if no expression has a BUCKET.
absl::StatusOr<std::string> HashedId(absl::Span<const Explained> explained, const QuestionViews& views,
                                     index::Ordinal member) {
  const bool hashes = std::any_of(explained.begin(), explained.end(), [](const Explained& each) {
    return std::any_of(each.nodes.bound.begin(), each.nodes.bound.end(),
                       [](const auto& bound) { return bound.first->op == Operator::kBucket; });
  });
  std::vector<std::string> ids;
  if (hashes) RETURN_IF_ERROR(views.opened()[kFirstView]->members().ReadIds({member}, ids));
  return ids.empty() ? std::string() : std::move(ids.front());
}

// What is known about the member, for all expressions.
struct KnownFacts {
  const SelectedLeaves& selected;
  const WhyAnswers& answers;  // its tags and its first date
  std::string id;             // HashedId
};

// Walks one expression. Recursive; the limits of the language bound the depth.
class WhyWalk {
 public:
  WhyWalk(const Explained& explained, const KnownFacts& facts, std::optional<absl::CivilDay> as_of)
      : nodes_(explained.nodes), facts_(facts), request_(as_of), answer_(*explained.answer) {}

  void Run() {
    Verdict& whole = answer_.nodes[Visit(*nodes_.root, 0, request_)].verdict;
    if (!HadJoined(request_)) whole = Verdict();
  }

 private:
  using Day = std::optional<absl::CivilDay>;

  // Counts of a node's operands by verdict.
  struct Tally {
    size_t selected = 0;
    size_t unknown = 0;
    size_t true_count = 0;  // selected, and not unknown
  };

  bool HadJoined(const Day& as_of) const { return !as_of.has_value() || facts_.answers.first_date <= *as_of; }

  // Appends the node and its subtree; returns the node's index.
  size_t Visit(const Expression& node, int level, Day as_of) {
    const size_t index = answer_.nodes.size();
    answer_.nodes.emplace_back();
    const auto bound = nodes_.bound.find(&node);
    if (bound != nodes_.bound.end()) as_of = bound->second.as_of;
    Tally tally;
    for (const ExpressionPtr& operand : node.operands) {
      const Verdict below = answer_.nodes[Visit(*operand, level + 1, as_of)].verdict;
      tally.selected += below.selected ? 1 : 0;
      tally.unknown += below.unknown ? 1 : 0;
      tally.true_count += below.selected && !below.unknown ? 1 : 0;
    }
    WhyNode& why = answer_.nodes[index];
    why.level = level;
    why.text = TextOf(node);
    why.operand_count = node.operands.size();
    why.reached = tally.selected;
    if (node.operands.empty() || node.op == Operator::kAsOf) why.as_of = as_of;
    SetPlace(node, why);
    if (node.operands.empty()) {
      why.tags = bound->second.tags;
      why.verdict = OfLeaf(node, bound->second.tags);
      // Of a date before the member joined, the sets are cut to those who had: they say nothing about the list.
      if (node.op != Operator::kIdList || HadJoined(as_of)) why.fact = FactOf(node, why.verdict);
    } else {
      why.verdict = OfJunction(node, tally, as_of);
    }
    return index;
  }

  Verdict OfLeaf(const Expression& leaf, const std::vector<NamedTag>& tags) const {
    Verdict verdict{.selected = facts_.selected.at(&leaf)};
    if (leaf.op == Operator::kHas) return verdict;  // never unknown: it tests for a value
    for (const NamedTag& tag : tags) verdict.unknown |= facts_.answers.tags.at(tag).values.empty();
    return verdict;
  }

  std::string FactOf(const Expression& leaf, const Verdict& verdict) const {
    switch (leaf.op) {
      case Operator::kIdList:
        return verdict.selected ? "is in the list" : "is not in the list";
      case Operator::kBucket: {
        // Binding put the salt into normal form, too: equal salts have equal buckets.
        index::BucketFinder finder(InNormalForm(leaf.literals.front().text));
        return Sentence("is in bucket ", finder.BucketOf(facts_.id));
      }
      default:
        return "";
    }
  }

  Verdict OfJunction(const Expression& node, const Tally& tally, const Day& as_of) const {
    const size_t operands = node.operands.size();
    const auto at_least = [&tally](size_t count) {
      return Verdict{
          .selected = tally.selected >= count,
          .unknown = tally.true_count < count && tally.true_count + tally.unknown >= count,
      };
    };
    switch (node.op) {
      case Operator::kAnd:
        return at_least(operands);
      case Operator::kNot:
        if (!HadJoined(as_of)) return Verdict();
        return {.selected = tally.selected == 0, .unknown = tally.unknown > 0};
      case Operator::kAtLeast:
        if (node.count <= 0) return {.selected = HadJoined(as_of)};
        return at_least(static_cast<size_t>(node.count));
      default:  // OR; and AS OF and SEGMENT, which have one operand
        return at_least(1);
    }
  }

  static std::string TextOf(const Expression& node) {
    switch (node.op) {
      case Operator::kAnd:
        return "AND";
      case Operator::kOr:
        return "OR";
      case Operator::kNot:
        return "NOT";
      case Operator::kAtLeast:
        return Sentence("AT LEAST ", node.count, " OF");
      case Operator::kAsOf:
        return Sentence("AS OF ", LiteralText(node.literals.front()));
      default:
        return ShortLeafText(node);
    }
  }

  void SetPlace(const Expression& node, WhyNode& why) const {
    why.span = node.span;
    const DefinitionPlaces::Origin* const origin = nodes_.expansion.places.OriginOf(node.span);
    if (origin == nullptr) return;
    why.segment = origin->segment->name;
    why.span.offset -= origin->begin;
  }

  const UnderstoodNodes& nodes_;
  const KnownFacts& facts_;
  const Day request_;
  WhyAnswer& answer_;
};

size_t NodesOf(const Expression& node) {
  size_t nodes = 1;
  for (const ExpressionPtr& operand : node.operands) nodes += NodesOf(*operand);
  return nodes;
}

absl::Status TooManyNodes(size_t limit) {
  return index::WithLimit(
      absl::InvalidArgumentError(Sentence("The expressions have more than ", limit,
                                          " conditions and operators together, with the segments that they "
                                          "name; ask in several calls.")),
      limit);
}

// Understands all wordings and collects the tags that they name.
absl::StatusOr<std::vector<Explained>> UnderstandAll(absl::Span<const Wording> wordings,
                                                     const QuestionViews& views, QuestionSegments& segments,
                                                     size_t max_nodes, WhyAnswers& answers,
                                                     std::set<NamedTag>& named) {
  std::vector<Explained> all;
  size_t nodes = 0;
  for (size_t i = 0; i < wordings.size(); ++i) {
    RETURN_IF_ERROR(views.first().budget().Check());
    Explained explained{.answer = &answers.answers[i]};
    ASSIGN_OR_RETURN(Understanding understood, Understand(wordings[i], views, segments, &explained.nodes));
    WhyAnswer& answer = *explained.answer;
    answer.problems = std::move(understood.problems);
    if (!answer.problems.empty()) continue;
    answer.written = Format(wordings[i].tree != nullptr ? *wordings[i].tree : *explained.nodes.parsed);
    answer.canonical = std::move(understood.canonical);
    answer.warnings = std::move(understood.warnings);
    answer.notices = std::move(understood.notices);
    named.insert(understood.tags.begin(), understood.tags.end());
    nodes += NodesOf(*explained.nodes.root);
    if (nodes > max_nodes) return TooManyNodes(max_nodes);
    all.push_back(std::move(explained));
  }
  return all;
}

}  // namespace

absl::StatusOr<WhyAnswers> ExplainMember(absl::Span<const Wording> wordings, index::Ordinal member,
                                         Standpoint at, WorkBudget& budget, const WhyLimits& limits) {
  QuestionSegments segments(at.view->population(), at.saved, budget);
  RETURN_IF_ERROR(segments.Read(SegmentNamesIn(wordings)));
  QuestionViews views(std::move(at), budget);
  WhyAnswers answers;
  answers.today = views.today();
  answers.answers.resize(wordings.size());
  std::set<NamedTag> named;
  ASSIGN_OR_RETURN(std::vector<Explained> explained,
                   UnderstandAll(wordings, views, segments, limits.max_nodes, answers, named));
  SelectedLeaves selected;
  LeafProbe probe(views, member, budget, selected);
  for (Explained& each : explained) {
    for (auto& [node, bound] : each.nodes.bound) {
      if (bound.set.node == nullptr) continue;  // an AS OF
      RETURN_IF_ERROR(probe.Add(node, std::move(bound.set)));
    }
  }
  RETURN_IF_ERROR(probe.Finish());
  RETURN_IF_ERROR(ReadTags(views, named, member, budget, answers));
  KnownFacts facts{selected, answers, ""};
  ASSIGN_OR_RETURN(facts.id, HashedId(explained, views, member));
  for (const Explained& each : explained) WhyWalk(each, facts, views.first().as_of()).Run();
  return answers;
}

}  // namespace muster::query
