// One load as its feeder sees it: spec, batches of text cells, commit.
#ifndef MUSTER_INDEX_POPULATION_LOAD_H_
#define MUSTER_INDEX_POPULATION_LOAD_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "absl/time/civil_time.h"
#include "index/catalog/tag.h"
#include "index/versions/snapshot.h"

namespace muster::index {

enum class LoadMode : uint8_t { kMerge = 1, kReplace = 2 };

// What a tag's cells mean in one load.
struct LoadTagSpec {
  std::string name;
  std::optional<TagKind> kind;  // nothing: the catalogue's kind, scale and weights
  int scale = 0;
  std::string separator;         // MULTI; empty: a cell is one value
  std::string weight_separator;  // MULTI with weights; empty: none
  int weight_scale = 0;
  bool replace_on_merge = false;  // MULTI
  std::string clear;              // under MERGE; empty: none
  std::string format;             // DATE, TIMESTAMP; see proto LoadTag.format
  std::string description, owner, source;
};

struct LoadSpec {
  std::string population;
  std::string time_zone;  // of a new population; empty: UTC
  LoadMode mode = LoadMode::kMerge;
  std::string label;                         // empty: one is made
  std::optional<absl::CivilDay> business_date;  // nothing: today in the population's zone
  std::vector<LoadTagSpec> tags;
  std::vector<std::string> missing;
  bool trim = true;
  double max_rejected = 0.01;
  std::string input_sha256;  // raw, empty: unknown
};

// Text cells, one after another; cell i ends at ends[i]. Borrowed.
struct CellsView {
  std::string_view text;
  absl::Span<const uint32_t> ends;
};

// The numbers are those of muster.v1.RejectionReason.
enum class Rejection : uint8_t { kRagged = 1, kBadMemberId = 2, kBadCell = 3, kBadText = 4, kContradiction = 5 };

struct RejectedRecord {
  uint64_t line = 0;
  Rejection reason = Rejection::kRagged;
  std::string message;
};

struct RecordBatchView {
  CellsView member_ids;
  std::vector<CellsView> cells;        // one for each LoadSpec.tags
  absl::Span<const uint64_t> lines;    // empty: records are numbered from 1
  std::vector<RejectedRecord> rejected;  // by the client
};

struct LoadedTag {
  std::string name;
  Version version = 0;
  uint64_t member_count = 0;
};

struct LoadResult {
  std::string label;
  bool published = false;  // false: no records (MERGE)
  bool already_published = false;
  uint64_t records = 0;
  uint64_t rejected_records = 0;
  std::vector<std::pair<Rejection, uint64_t>> rejections;
  std::vector<RejectedRecord> first_rejected;  // at most ten, by line
  uint64_t new_members = 0;
  uint64_t member_count = 0;
  absl::CivilDay business_date;
  std::vector<LoadedTag> tags;
  std::vector<std::string> warnings;
};

// An open load. Used by one thread at a time. Destroying one that wasn't committed abandons it: nothing becomes visible,
// its tags and label are free again, and what it staged is swept.
class Load {
 public:
  virtual ~Load() = default;
  // Set when the label was published before with the same content: the load needs no records.
  virtual const std::optional<LoadResult>& published_before() const = 0;
  // Takes records. INVALID_ARGUMENT when the batch's columns don't fit each other; bad records are counted, not
  // errors. The views may go when it returns.
  virtual absl::Status Feed(const RecordBatchView& batch) = 0;
  // Checks, stages and publishes. `records`: how many the client fed or rejected. FAILED_PRECONDITION when too many were
  // rejected, ABORTED when the parent moved; nothing is visible then. `stop` may cut it short until it publishes.
  virtual absl::StatusOr<LoadResult> Commit(uint64_t records, const std::function<absl::Status()>& stop) = 0;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_POPULATION_LOAD_H_
