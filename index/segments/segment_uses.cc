#include "index/segments/segment_uses.h"

#include <algorithm>
#include <map>
#include <optional>

#include "absl/strings/str_join.h"
#include "index/catalog/users.h"
#include "index/status/status_facts.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "text/nearest_names.h"
#include "text/quoted.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

// A cycle has at most as many names as segments may nest, and one for the segment being changed. Longer
// cycles come from chains that no question accepts.
constexpr size_t kWayNamesShown = 22;

absl::Status Cycle(const std::vector<std::string>& way) {
  if (way.size() == 2) {
    return WithFact(
        WithReason(absl::InvalidArgumentError(Sentence("the segment ", Quoted(way.front()),
                                                       " can't be a part of its own definition, in ",
                                                       CycleText(way), "; write what it stands for")),
                   Reason::kSegmentCycle),
        kFactSegment, way.front());
  }
  return WithFact(WithReason(absl::InvalidArgumentError(Sentence("the segment ", Quoted(way.front()),
                                                                 " would lead back to itself, in ",
                                                                 CycleText(way), "; leave one of them out")),
                             Reason::kSegmentCycle),
                  kFactSegment, way.front());
}

}  // namespace

std::string CycleText(const std::vector<std::string>& way) {
  std::vector<std::string> shown = way;
  if (shown.size() > kWayNamesShown) {
    shown.erase(shown.begin() + kWayNamesShown / 2, shown.end() - kWayNamesShown / 2);
    shown.insert(shown.begin() + kWayNamesShown / 2, "…");
  }
  return Sentence("a cycle: ", absl::StrJoin(shown, " → "));
}

// Walks from `name` to the segments that name it, then to those that name these, and so on, and visits each
// of them once. If a visited segment is in `uses`, the definition would close a cycle.
absl::Status CheckUses(const Transaction& transaction, std::string_view name,
                       const std::vector<std::string>& uses) {
  for (const std::string& used : uses) {
    if (used == name) return Cycle({used, used});
    ASSIGN_OR_RETURN(const std::optional<std::string_view> stored,
                     transaction.Get(DatabaseId::kSegments, used));
    if (stored.has_value()) continue;
    return WithFact(WithReason(absl::InvalidArgumentError(Sentence("there is no segment ", Quoted(used))),
                               Reason::kUnknownSegment),
                    kFactSegment, used);
  }
  // For each visited segment, the next one on the path to `name`.
  std::map<std::string, std::string, std::less<>> next_of = {{std::string(name), ""}};
  std::vector<std::string> open = {std::string(name)};
  while (!open.empty()) {
    const std::string met = std::move(open.back());
    open.pop_back();
    ASSIGN_OR_RETURN(const std::vector<std::string> users,
                     UsersOf(transaction, DatabaseId::kSegmentUsers, met, SIZE_MAX));
    for (const std::string& user : users) {
      if (!next_of.emplace(user, met).second) continue;
      if (std::binary_search(uses.begin(), uses.end(), user)) {
        std::vector<std::string> way = {std::string(name)};
        for (std::string at = user; !at.empty(); at = next_of.find(at)->second) way.push_back(at);
        return Cycle(way);
      }
      open.push_back(user);
    }
  }
  return absl::OkStatus();
}

absl::Status CheckLists(const Transaction& transaction, const std::vector<std::string>& lists) {
  for (const std::string& list : lists) {
    ASSIGN_OR_RETURN(const std::optional<std::string_view> stored,
                     transaction.Get(DatabaseId::kIdLists, list));
    if (stored.has_value()) continue;
    ASSIGN_OR_RETURN(Cursor cursor, transaction.NewCursor(DatabaseId::kIdLists));
    std::vector<std::string> names;
    for (cursor.First(); cursor.valid(); cursor.Next()) names.emplace_back(cursor.key());
    RETURN_IF_ERROR(cursor.status());
    const std::vector<std::string> nearest = NearestNames(list, names, 3);
    return WithFact(WithReason(absl::InvalidArgumentError(
                                   Sentence("there is no id list ", Quoted(list), DidYouMean(nearest))),
                               Reason::kUnknownList),
                    kFactList, list);
  }
  return absl::OkStatus();
}

absl::Status CheckUnused(const Transaction& transaction, std::string_view name) {
  ASSIGN_OR_RETURN(const std::string users, DescribeUsers(transaction, DatabaseId::kSegmentUsers, name));
  if (users.empty()) return absl::OkStatus();
  return WithFact(WithReason(absl::FailedPreconditionError(Sentence(
                                 "the segment ", Quoted(name), " is used by ", users,
                                 "; change the definitions that name it first, or delete those segments")),
                             Reason::kSegmentInUse),
                  kFactSegment, name);
}

absl::Status WriteAllUses(WriteTransaction& transaction, SaltStore& salts, std::string_view user,
                          const SegmentDefinition& before, const SegmentDefinition& after) {
  RETURN_IF_ERROR(salts.ChangeUses(transaction, user, before.salts, after.salts));
  RETURN_IF_ERROR(WriteUses(transaction, DatabaseId::kSegmentUsers, user, before.uses, after.uses));
  return WriteUses(transaction, DatabaseId::kListUsers, user, before.lists, after.lists);
}

}  // namespace muster::index
