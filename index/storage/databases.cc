#include "index/storage/databases.h"

namespace muster::index {
namespace {

using Id = DatabaseId;
constexpr EnvironmentKind kIndex = EnvironmentKind::kIndex;
constexpr EnvironmentKind kMembers = EnvironmentKind::kMembers;

constexpr DatabaseSpec kSpecs[] = {
    {Id::kFragments, "fragments", kIndex, 1},
    {Id::kEdges, "edges", kIndex, 1},
    {Id::kStores, "stores", kIndex, 1},
    {Id::kVersions, "versions", kIndex, 1},
    {Id::kCurrentVersions, "current_versions", kIndex, 1},
    {Id::kRowStats, "row_stats", kIndex, 1},
    {Id::kEdgeStats, "edge_stats", kIndex, 1},
    {Id::kValuesWithRows, "values_with_rows", kIndex, 2},
    {Id::kStaging, "staging", kIndex, 1},
    {Id::kCounters, "counters", kIndex, 1},
    {Id::kSettings, "settings", kIndex, 1},
    {Id::kTags, "tags", kIndex, 1},
    {Id::kTagNames, "tag_names", kIndex, 1},
    {Id::kTagValues, "tag_values", kIndex, 1},
    {Id::kValueIds, "value_ids", kIndex, 1},
    {Id::kLoads, "loads", kIndex, 1},
    {Id::kLoadLabels, "load_labels", kIndex, 1},
    {Id::kOrdinals, "ordinals", kMembers, 1},
    {Id::kMemberIds, "member_ids", kMembers, 1},
    {Id::kMemberCounters, "member_counters", kMembers, 1},
    // Reserved: version trees whose edges are combined in tiers; the member-major copy of large MULTI tags;
    // leases of exports; catalogue of later issues.
    {Id::kCombiningEdges, "combining_edges", kIndex, 0},
    {Id::kMemberValues, "member_values", kIndex, 0},
    {Id::kMemberValueEdges, "member_value_edges", kIndex, 0},
    {Id::kDurableLeases, "durable_leases", kIndex, 0},
    {Id::kSegments, "segments", kIndex, 0},
    {Id::kIdLists, "id_lists", kIndex, 0},
    {Id::kExports, "exports", kIndex, 0},
    {Id::kErasures, "erasures", kIndex, 0},
    {Id::kSpools, "spools", kIndex, 0},
    {Id::kPendingIds, "pending_ids", kMembers, 0},
    {Id::kIdHashes, "id_hashes", kMembers, 0},
    {Id::kIdentities, "identities", kMembers, 0},
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
