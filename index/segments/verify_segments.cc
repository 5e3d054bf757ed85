#include "index/segments/verify_segments.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "index/catalog/names.h"
#include "index/catalog/users.h"
#include "index/segments/segment_record.h"
#include "index/status/status_macros.h"
#include "index/storage/record_walk.h"
#include "text/quoted.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

// Compares records of both databases. The walk calls it in the transaction that read the record, so that all
// compared records are of one state.
class SegmentChecks {
 public:
  explicit SegmentChecks(Findings& findings) : findings_(findings) {}

  void LookAtSegment(const Transaction& transaction, std::string_view key, std::string_view value) {
    const auto problem = [this, key](std::string_view what) {
      findings_.Problem(Subject::OfSegment(key), what);
    };
    const absl::StatusOr<std::string> normal = NormalSegmentName(key);
    if (!normal.ok() || *normal != key) return problem("its name breaks the rules for names");
    const absl::StatusOr<Segment> segment = DecodeSegment(key, value);
    if (!segment.ok()) return problem(FromAbseil(segment.status().message()));
    for (const std::string& used : segment->definition.uses) {
      if (!Holds(transaction, DatabaseId::kSegments, used))
        problem(Sentence("it names ", Quoted(used), ", which doesn't exist"));
      if (!Holds(transaction, DatabaseId::kSegmentUsers, UserKey(used, key)))
        problem(Sentence("it names ", Quoted(used), ", and is not among its users"));
    }
    for (const std::string& list : segment->definition.lists) {
      if (!Holds(transaction, DatabaseId::kIdLists, list))
        problem(Sentence("it names the id list ", Quoted(list), ", which doesn't exist"));
      if (!Holds(transaction, DatabaseId::kListUsers, UserKey(list, key)))
        problem(Sentence("it names the id list ", Quoted(list), ", and is not among its users"));
    }
    for (const std::string& salt : segment->definition.salts) {
      if (!Holds(transaction, DatabaseId::kSaltUsers, UserKey(salt, key)))
        problem(Sentence("it names the salt ", Quoted(salt), ", and is not among its users"));
    }
  }

  // `users`: the database that the key is from.
  void LookAtUser(const Transaction& transaction, std::string_view key, DatabaseId users) {
    const size_t end = key.find('\0');
    if (end == std::string_view::npos)
      return findings_.Problem("a key among the users of segments, id lists and salts has no user");
    const std::string_view used = key.substr(0, end), user = key.substr(end + 1);
    const absl::StatusOr<std::optional<std::string_view>> stored =
        transaction.Get(DatabaseId::kSegments, user);
    if (!stored.ok()) return;  // damaged; the walk over segments reports it
    if (stored->has_value()) {
      const absl::StatusOr<Segment> segment = DecodeSegment(user, **stored);
      if (!segment.ok()) return;
      const SegmentDefinition& definition = segment->definition;
      const auto& uses = users == DatabaseId::kSegmentUsers ? definition.uses
                         : users == DatabaseId::kListUsers  ? definition.lists
                                                            : definition.salts;
      if (std::binary_search(uses.begin(), uses.end(), used)) return;
    }
    const char* const what = users == DatabaseId::kListUsers   ? "the id list "
                             : users == DatabaseId::kSaltUsers ? "the salt "
                                                               : "";
    findings_.Problem(Subject::OfSegment(user),
                      Sentence("it is among the users of ", what, Quoted(used), ", and does not name it"));
  }

 private:
  bool Holds(const Transaction& transaction, DatabaseId database, std::string_view key) {
    const absl::StatusOr<std::optional<std::string_view>> stored = transaction.Get(database, key);
    return !stored.ok() || stored->has_value();  // a damaged record exists
  }

  Findings& findings_;
};

}  // namespace

absl::Status VerifySegments(Environment& index, TreeGuard& guard, Findings& findings) {
  findings.Begin("segments");
  SegmentChecks checks(findings);
  RecordWalk walk;
  walk.go_on = [&findings](size_t) { return findings.Progress(); };
  walk.visit = [&](const Transaction& transaction, std::string_view key, std::string_view value) {
    findings.Count(1, key.size() + value.size());
    checks.LookAtSegment(transaction, key, value);
  };
  RETURN_IF_ERROR(WalkRecords(index, guard, DatabaseId::kSegments, walk).status());
  for (const DatabaseId users : {DatabaseId::kSegmentUsers, DatabaseId::kListUsers, DatabaseId::kSaltUsers}) {
    walk.visit = [&, users](const Transaction& transaction, std::string_view key, std::string_view value) {
      findings.Count(1, key.size() + value.size());
      checks.LookAtUser(transaction, key, users);
    };
    if (!findings.stopped()) RETURN_IF_ERROR(WalkRecords(index, guard, users, walk).status());
  }
  findings.End();
  return absl::OkStatus();
}

}  // namespace muster::index
