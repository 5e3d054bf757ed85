// Every database of a population's two LMDB environments.
// The bytes of keys and values: index/FORMAT.md.
#ifndef MUSTER_INDEX_STORAGE_PAGES_DATABASES_H_
#define MUSTER_INDEX_STORAGE_PAGES_DATABASES_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"

namespace muster::index {

// The format that this build writes, and the only one it reads. DO NOT CHANGE without a section in FORMAT.md.
inline constexpr uint32_t kFormatVersion = 6;

// The two LMDB environments of a population.
enum class EnvironmentKind : uint8_t { kIndex = 1, kMembers = 2 };

// Names a database in code; the number is an index into AllDatabases() and is not stored.
enum class DatabaseId : uint8_t {
  // index: bitmaps and versions
  kFragments,
  kEdges,
  kStores,
  kVersions,
  kCurrentVersions,
  kRowStats,
  kEdgeStats,
  kValuesWithRows,
  kStaging,
  kCounters,
  // index: catalogue and dictionary of values
  kSettings,
  kTags,
  kTagNames,
  kTagValues,
  kValueIds,
  kLoads,
  kLoadLabels,
  kSegments,
  kSegmentUsers,
  kIdLists,
  kListUsers,
  kSalts,
  kSaltUsers,
  // members: dictionary of member ids
  kOrdinals,
  kMemberIds,
  kMemberCounters,
};
inline constexpr size_t kDatabaseCount = static_cast<size_t>(DatabaseId::kMemberCounters) + 1;

struct DatabaseSpec {
  DatabaseId id;
  const char* name;  // stored: DO NOT CHANGE
  EnvironmentKind environment;
};

// In the order of DatabaseId.
absl::Span<const DatabaseSpec> AllDatabases();
const DatabaseSpec& SpecOf(DatabaseId id);

// "index" or "members": also the environment's folder name in a population's directory.
const char* EnvironmentName(EnvironmentKind kind);

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_PAGES_DATABASES_H_
