// The records of stores, edges and versions, and their bytes (index/FORMAT.md).
#ifndef MUSTER_INDEX_VERSIONS_RECORDS_VERSION_RECORD_H_
#define MUSTER_INDEX_VERSIONS_RECORDS_VERSION_RECORD_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "index/bitmap/row_id.h"
#include "index/storage/identity.h"
#include "index/storage/pages/corrupt.h"
#include "index/storage/transaction.h"
#include "index/versions/records/values_with_rows.h"
#include "index/versions/records/version.h"

namespace muster::index {

using StoreId = uint32_t;  // from 1, over all tags
using EdgeId = uint32_t;   // from 1, over all stores
using LoadId = uint64_t;   // from 1

// DO NOT CHANGE: stored.
inline constexpr EdgeId kNoEdge = 0;
inline constexpr Version kNoVersion = 0xffffffff;

// Days since 1900-01-01, as in DATE tags; may be negative.
// (The name differs from civil_text.h's DayNumber, which is 64 bits wide: one program can't have both.)
int32_t BusinessDayNumber(absl::CivilDay day);
absl::CivilDay DayOf(int32_t day_number);

// How rows are laid out in a store. DO NOT CHANGE the numbers.
enum class StoreLayout : uint8_t {
  kRows = 1,                        // one for each value
  kRowsAndValueSlices = 2,          // and the value ids as slices at value id 0
  kFrequentRowsAndValueSlices = 3,  // rows only for `values_with_rows`; statistics for all values
};

// A place in the order of fragments: keys below a frontier are settled.
struct Frontier {
  RowId row = 0;
  uint32_t fragment = 0;
  friend auto operator<=>(const Frontier&, const Frontier&) = default;
};
// Greater than every fragment of a row.
inline constexpr uint32_t kLastFragment = 0xffffffff;

// `stores`. A store that is still staged has settled == kNoVersion.
struct StoreRecord {
  TagId tag = 0;
  StoreLayout layout = StoreLayout::kRows;
  Version settled = kNoVersion;  // S: what the base holds
  Version settling =
      kNoVersion;  // T: a neighbour of S that keys below the frontier hold already, or kNoVersion
  Frontier frontier;
  uint8_t scale = 0;  // NUMBER: digits after the point of the numbers in this store
  friend bool operator==(const StoreRecord&, const StoreRecord&) = default;
};

// `versions`: a node of its store's tree. Invariant: parent < version, so an ancestor always has the lower
// number.
struct VersionRecord {
  StoreId store = 0;
  Version parent = kNoVersion;    // in the same store; kNoVersion: the store's root
  EdgeId edge = kNoEdge;          // from the parent; kNoEdge: nothing differs, or a root
  int32_t business_day = 0;       // BusinessDayNumber
  LoadId load = 0;                // 0: the population's creation
  uint64_t publish_sequence = 0;  // 0: everyone's first version, and sets that are no tag (lone_store.h)
  uint32_t fragment_count = 0;    // no record of this version lies in a fragment from here on
  Identity identity = 0;          // of the publication: all versions of one load have the same
  // From here on, versions with a later date that were published before this one are read only by number
  // (docs/semantics.md, rule 21: the remedy for a mistyped date).
  bool ends_later = false;
  // A rollback: its content is its parent's, and later versions are read only by number (endings.h).
  bool restores_parent = false;
  friend bool operator==(const VersionRecord&, const VersionRecord&) = default;
};

// `current_versions`: a tag's version with the identity of its publication.
struct KnownVersion {
  TagId tag = 0;
  Version version = 0;
  Identity identity = 0;
};

// `row_stats`: a row in the base. The cardinality is S's, or T's for rows below the frontier's row.
struct RowStats {
  uint64_t cardinality = 0;
  uint32_t records = 0;  // fragments that have a record in the base now; a value without a row has none
};

// `edge_stats`: a row that an edge changes.
struct EdgeStats {
  int64_t change = 0;    // members of the child − members of the parent
  uint32_t records = 0;  // fragments that have a record in the edge; 0: a value without a row
};

// `staging`: what is not visible yet. A publication is what a load writes ahead under the next publish
// sequence: version records and its `loads` record. There is one at a time, with the id kPublicationId. A
// dropped store was visible; it and its version are swept when no reader holds them. DO NOT CHANGE the
// numbers.
enum class StagedKind : uint8_t { kStore = 1, kEdge = 2, kPublication = 3, kDropped = 4 };
inline constexpr uint32_t kPublicationId = 0;

std::string EncodeStore(const StoreRecord& record);
std::string EncodeVersion(const VersionRecord& record);
std::string EncodeCurrent(const KnownVersion& current);
std::string EncodeRowStats(const RowStats& stats);
std::string EncodeEdgeStats(const EdgeStats& stats);
// `values_with_rows`. REQUIRES: ascending.
std::string EncodeValues(absl::Span<const ValueId> values);

// DATA_LOSS, kStorageCorrupt, for malformed bytes.
absl::StatusOr<StoreRecord> DecodeStore(std::string_view bytes);
absl::StatusOr<VersionRecord> DecodeVersion(Version version, std::string_view bytes);
absl::StatusOr<KnownVersion> DecodeCurrent(TagId tag, std::string_view bytes);
absl::StatusOr<RowStats> DecodeRowStats(std::string_view bytes);
absl::StatusOr<EdgeStats> DecodeEdgeStats(std::string_view bytes);
absl::StatusOr<std::vector<ValueId>> DecodeValues(std::string_view bytes);

// DATA_LOSS when the store doesn't exist.
absl::StatusOr<StoreRecord> ReadStore(const Transaction& transaction, StoreId store);
// DATA_LOSS when the version doesn't exist.
absl::StatusOr<VersionRecord> ReadVersion(const Transaction& transaction, TagId tag, Version version);
// Empty when the version doesn't exist.
absl::StatusOr<std::optional<VersionRecord>> FindVersion(const Transaction& transaction, TagId tag,
                                                         Version version);
// Zeros when there is no entry.
absl::StatusOr<RowStats> ReadRowStats(const Transaction& transaction, StoreId store, RowId row);
absl::StatusOr<EdgeStats> ReadEdgeStats(const Transaction& transaction, EdgeId edge, RowId row);
absl::StatusOr<ValuesWithRows> ReadValuesWithRows(const Transaction& transaction, StoreId store,
                                                  const StoreRecord& record);
// Writes or, when both numbers are 0, removes the entry.
absl::Status WriteRowStats(WriteTransaction& transaction, StoreId store, RowId row, const RowStats& stats);

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_RECORDS_VERSION_RECORD_H_
