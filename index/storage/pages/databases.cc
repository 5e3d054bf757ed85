#include "index/storage/pages/databases.h"

namespace muster::index {
namespace {

using Id = DatabaseId;
constexpr EnvironmentKind kIndex = EnvironmentKind::kIndex;
constexpr EnvironmentKind kMembers = EnvironmentKind::kMembers;

constexpr DatabaseSpec kSpecs[] = {
    {Id::kFragments, "fragments", kIndex},
    {Id::kEdges, "edges", kIndex},
    {Id::kStores, "stores", kIndex},
    {Id::kVersions, "versions", kIndex},
    {Id::kCurrentVersions, "current_versions", kIndex},
    {Id::kRowStats, "row_stats", kIndex},
    {Id::kEdgeStats, "edge_stats", kIndex},
    {Id::kValuesWithRows, "values_with_rows", kIndex},
    {Id::kStaging, "staging", kIndex},
    {Id::kCounters, "counters", kIndex},
    {Id::kSettings, "settings", kIndex},
    {Id::kTags, "tags", kIndex},
    {Id::kTagNames, "tag_names", kIndex},
    {Id::kTagValues, "tag_values", kIndex},
    {Id::kValueIds, "value_ids", kIndex},
    {Id::kLoads, "loads", kIndex},
    {Id::kLoadLabels, "load_labels", kIndex},
    {Id::kSegments, "segments", kIndex},
    {Id::kSegmentUsers, "segment_users", kIndex},
    {Id::kIdLists, "id_lists", kIndex},
    {Id::kListUsers, "list_users", kIndex},
    {Id::kSalts, "salts", kIndex},
    {Id::kSaltUsers, "salt_users", kIndex},
    {Id::kOrdinals, "ordinals", kMembers},
    {Id::kMemberIds, "member_ids", kMembers},
    {Id::kMemberCounters, "member_counters", kMembers},
};
static_assert(sizeof(kSpecs) / sizeof(kSpecs[0]) == kDatabaseCount);

constexpr bool InOrder() {
  for (size_t i = 0; i < kDatabaseCount; ++i) {
    if (static_cast<size_t>(kSpecs[i].id) != i) return false;
  }
  return true;
}
static_assert(InOrder(), "kSpecs must be in the order of DatabaseId");

}  // namespace

absl::Span<const DatabaseSpec> AllDatabases() { return kSpecs; }

const DatabaseSpec& SpecOf(DatabaseId id) { return kSpecs[static_cast<size_t>(id)]; }

const char* EnvironmentName(EnvironmentKind kind) {
  return kind == EnvironmentKind::kIndex ? "index" : "members";
}

}  // namespace muster::index
