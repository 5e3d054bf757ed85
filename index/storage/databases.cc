#include "index/storage/databases.h"

namespace muster::index {
namespace {

using Id = DatabaseId;
constexpr EnvironmentKind kIndex = EnvironmentKind::kIndex;
constexpr EnvironmentKind kMembers = EnvironmentKind::kMembers;

constexpr DatabaseSpec kSpecs[] = {
    {Id::kFragments, "fragments", kIndex, true},
    {Id::kEdges, "edges", kIndex, true},
    {Id::kStores, "stores", kIndex, true},
    {Id::kVersions, "versions", kIndex, true},
    {Id::kCurrentVersions, "current_versions", kIndex, true},
    {Id::kRowStats, "row_stats", kIndex, true},
    {Id::kEdgeStats, "edge_stats", kIndex, true},
    {Id::kValuesWithRows, "values_with_rows", kIndex, true},
    {Id::kStaging, "staging", kIndex, true},
    {Id::kCounters, "counters", kIndex, true},
    {Id::kSettings, "settings", kIndex, true},
    {Id::kTags, "tags", kIndex, true},
    {Id::kTagNames, "tag_names", kIndex, true},
    {Id::kTagValues, "tag_values", kIndex, true},
    {Id::kValueIds, "value_ids", kIndex, true},
    {Id::kLoads, "loads", kIndex, true},
    {Id::kLoadLabels, "load_labels", kIndex, true},
    {Id::kOrdinals, "ordinals", kMembers, true},
    {Id::kMemberIds, "member_ids", kMembers, true},
    {Id::kMemberCounters, "member_counters", kMembers, true},
    // Reserved: version trees whose edges are combined in tiers; the member-major copy of large MULTI tags;
    // leases of exports; catalogue of later issues.
    {Id::kCombiningEdges, "combining_edges", kIndex, false},
    {Id::kMemberValues, "member_values", kIndex, false},
    {Id::kMemberValueEdges, "member_value_edges", kIndex, false},
    {Id::kDurableLeases, "durable_leases", kIndex, false},
    {Id::kSegments, "segments", kIndex, false},
    {Id::kIdLists, "id_lists", kIndex, false},
    {Id::kExports, "exports", kIndex, false},
    {Id::kErasures, "erasures", kIndex, false},
    {Id::kSpools, "spools", kIndex, false},
    {Id::kPendingIds, "pending_ids", kMembers, false},
    {Id::kIdHashes, "id_hashes", kMembers, false},
    {Id::kIdentities, "identities", kMembers, false},
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
