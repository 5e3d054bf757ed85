// Takes the ids of one load and makes an id list of them.
#ifndef MUSTER_INDEX_LISTS_ID_LIST_INTAKE_H_
#define MUSTER_INDEX_LISTS_ID_LIST_INTAKE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "index/bitmap/bitmap.h"
#include "index/concurrency/work_budget.h"
#include "index/dictionary/member_dictionary.h"
#include "index/lists/id_list.h"
#include "index/versions/publishing/staged.h"
#include "index/versions/versions.h"

namespace muster::index {

// The parts of a population that an intake uses. Borrowed: all must outlive the intake.
struct IdListTarget {
  MemberDictionary& members;
  Versions& versions;
  std::function<absl::Time()> clock;
};

struct IdListSpec {
  std::string name;      // in any Unicode normal form
  bool replace = false;  // replaces a list of that name
  // The greatest share of texts that are no ids, of those that are not empty; 0 to 1.
  double max_rejected = 0.01;
  bool allow_empty = false;  // no id at all
};

// The first id of an input, for warnings.
struct FirstId {
  std::string id;
  uint64_t line = 0;
  Ordinal ordinal = 0;
  bool is_member = false;
};

// Ids in the order of the input. Borrowed.
struct IdBatchView {
  absl::Span<const std::string_view> ids;
  uint64_t first_line =
      0;  // of the first id; the others follow. 0: lines are counted from 1 over all batches
};

// A text that is no member id.
struct RejectedId {
  uint64_t line = 0;
  std::string message;
};

// The result of a load. A plain value.
struct IdListResult {
  IdList list;
  uint64_t accepted = 0;    // received ids, including duplicates
  uint64_t duplicates = 0;  // accepted ids that had been received before
  uint64_t blank = 0;       // empty ids, which are skipped
  uint64_t rejected = 0;
  std::vector<RejectedId> first_rejected;  // at most 10
  uint64_t member_count = 0;               // ids of the list that were members when it was published
  // Some of the others, at most 3, in the order in which they were first named.
  std::vector<std::string> first_unknown;
  std::vector<std::string> warnings;  // that this may be no list of member ids; one sentence each
};

// ASCII white space at both ends of an id is trimmed. Ids without an ordinal get one, as in a load, so memory
// is bounded by the ordinals of the population and by the dictionary's pending ids. Not thread-safe. If it is
// destroyed without Commit, nothing visible remains.
class IdListIntake {
 public:
  // Begins a load. INVALID_ARGUMENT, kBadName, for a bad name; ALREADY_EXISTS if the name is taken and the
  // spec doesn't replace; RESOURCE_EXHAUSTED, kLimit, beyond IdListLimits::lists_per_population.
  static absl::StatusOr<IdListIntake> Begin(const IdListTarget& target, const IdListSpec& spec,
                                            const IdListLimits& limits = {});

  // The list's name in normal form C.
  const std::string& name() const { return result_.list.name; }

  // Takes a batch. RESOURCE_EXHAUSTED, kLimit, beyond IdListLimits::ids_per_list. Invalid ids are counted.
  absl::Status Feed(const IdBatchView& batch);
  // As in Load.
  uint64_t HeldBytes() const;
  uint64_t BytesToFeed(const IdBatchView& batch) const;
  uint64_t BytesToCommit() const;
  // Publishes the complete list durably, or changes nothing. `ids` is the number that the client sent, empty
  // ones included; INVALID_ARGUMENT, kBadRequest, if another number arrived. FAILED_PRECONDITION:
  // kTooManyRejected, if more than IdListSpec::max_rejected are no ids; kNoRecords, if there is none, unless
  // the spec allows it. Also errors of Begin, after concurrent changes. `budget` can stop it until it
  // publishes. Call it once.
  absl::StatusOr<IdListResult> Commit(uint64_t ids, const WorkBudget& budget);

 private:
  IdListIntake(const IdListTarget& target, IdListSpec spec, const IdListLimits& limits)
      : target_(target), limits_(limits), spec_(std::move(spec)) {
    result_.list.name = spec_.name;
  }
  // The valid ids of the batch, trimmed.
  std::vector<std::string_view> TakeIds(const IdBatchView& batch);
  void Insert(std::vector<Ordinal> ordinals);
  // The number of different ids so far.
  uint64_t Cardinality() const;
  // Checks that a list of the name may be published; sets `replaced` to the list that it replaces.
  absl::Status CheckName(const Transaction& transaction, std::optional<IdList>& replaced) const;
  // Checks that enough of the input are ids.
  absl::Status CheckAccepted() const;
  absl::Status TakeNumbers(LoadId& load);
  // Counts the members in a fragment of the set, and notes some that are none.
  absl::Status CompareWithMembers(uint32_t fragment, const Bitmap& set, Bitmap members);
  absl::Status Stage(LoadId load, const WorkBudget& budget, StagedVersion& staged);
  absl::Status Publish(const StagedVersion& staged);

  IdListTarget target_;
  IdListLimits limits_;
  IdListSpec spec_;  // its name in normal form C
  std::optional<FirstId> first_;
  std::map<uint32_t, Bitmap> set_;  // by fragment
  uint64_t sent_ = 0;
  uint64_t new_id_bytes_ = 0;  // bytes that its ids added to the dictionary's pending ids
  IdListResult result_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_LISTS_ID_LIST_INTAKE_H_
