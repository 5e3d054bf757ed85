// The check "versions" of verify_versions.h.
#include <map>
#include <optional>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "index/status/status_macros.h"
#include "index/storage/pages/keys.h"
#include "index/storage/record_walk.h"
#include "index/versions/publishing/sweeper.h"
#include "index/versions/records/published_versions.h"
#include "index/versions/records/version_record.h"
#include "index/versions/verification/verify_versions.h"

namespace muster::index {
namespace {

// The numbers that the tree's records name.
struct Named {
  std::set<TagId> tags;
  std::set<StoreId> stores;
  std::set<EdgeId> edges;
};

class TreeCheck {
 public:
  TreeCheck(Environment& environment, TreeGuard& guard, Findings& findings)
      : environment_(environment), guard_(guard), findings_(findings) {}

  absl::Status Run() {
    absl::Status done = Walk(DatabaseId::kVersions,
                             [this](const Transaction& transaction, std::string_view key,
                                    std::string_view value) { LookAtVersion(transaction, key, value); });
    if (done.ok()) done = FindUnused();
    return done.ok() ? LookAtCurrent() : done;
  }

 private:
  using Visit = std::function<void(const Transaction&, std::string_view, std::string_view)>;

  absl::Status Walk(DatabaseId database, Visit visit) {
    RecordWalk walk;
    walk.go_on = [this](size_t) { return findings_.Progress(); };
    walk.visit = std::move(visit);
    return WalkRecords(environment_, guard_, database, walk).status();
  }

  void LookAtVersion(const Transaction& transaction, std::string_view key, std::string_view value) {
    findings_.Count(1, key.size() + value.size());
    if (key.size() != 8) return findings_.Problem("a key of the versions has another size");
    const TagId tag = ReadU32(key.data());
    const Version version = ReadU32(key.data() + 4);
    const absl::StatusOr<VersionRecord> record = DecodeVersion(version, value);
    if (!record.ok()) return Problem(tag, version, std::string(record.status().message()));
    // A set that is no tag is never current, and its store's record names it.
    const bool is_lone = tag != kEveryoneTag && record->publish_sequence == 0;
    if (!is_lone) named_.tags.insert(tag);
    named_.stores.insert(record->store);
    if (record->edge != kNoEdge) named_.edges.insert(record->edge);
    const absl::StatusOr<StoreRecord> store = ReadStore(transaction, record->store);
    if (!store.ok()) return Problem(tag, version, std::string(store.status().message()));
    if (store->tag != tag) Problem(tag, version, absl::StrCat("its store is of tag ", store->tag));
    if (record->parent != kNoVersion) {
      const absl::StatusOr<VersionRecord> parent = ReadVersion(transaction, tag, record->parent);
      if (!parent.ok()) return Problem(tag, version, std::string(parent.status().message()));
      if (parent->store != record->store) Problem(tag, version, "its parent is in another store");
    }
    if (record->load == 0) return;
    const auto load = transaction.Get(DatabaseId::kLoads, MakeKey64(record->load));
    if (!load.ok()) return Problem(tag, version, std::string(load.status().message()));
    // It is written before the version is shown, with others: a version that isn't visible may lack it.
    const absl::StatusOr<std::optional<StagedEntry>> publication = FindPublication(transaction);
    if (!load->has_value() && publication.ok() && !publication->has_value())
      Problem(tag, version, absl::StrCat("its load ", record->load, " is not there"));
  }

  // Finds stores and edges that no version has and no load is staging.
  absl::Status FindUnused() {
    std::set<StoreId> stores;
    std::set<EdgeId> edges;
    absl::Status walked =
        Walk(DatabaseId::kStores, [&](const Transaction&, std::string_view key, std::string_view value) {
          findings_.Count(1, key.size() + value.size());
          if (key.size() == 4 && !named_.stores.contains(ReadU32(key.data())))
            stores.insert(ReadU32(key.data()));
        });
    RETURN_IF_ERROR(walked);
    walked = Walk(DatabaseId::kEdgeStats, [&](const Transaction&, std::string_view key, std::string_view) {
      if (key.size() == 8 && !named_.edges.contains(ReadU32(key.data()))) edges.insert(ReadU32(key.data()));
    });
    if (!walked.ok() || (stores.empty() && edges.empty())) return walked;
    // They may have been staged, or published, since the versions were read: check again, in one transaction.
    ASSIGN_OR_RETURN(const ReadTransaction transaction, environment_.BeginRead());
    RETURN_IF_ERROR(RemoveNamed(transaction, stores, edges));
    ASSIGN_OR_RETURN(const std::vector<StagedEntry> staged, ListStaged(transaction));
    for (const StagedEntry& entry : staged) {
      if (entry.kind == StagedKind::kPublication) return absl::OkStatus();  // its versions aren't visible yet
      entry.kind == StagedKind::kEdge ? edges.erase(entry.id) : stores.erase(entry.id);
    }
    for (const StoreId store : stores) {
      if (!IsThere(transaction, DatabaseId::kStores, store)) continue;
      findings_.Problem(Subject::OfStore(store),
                        absl::StrCat("store ", store, ": no version has it, and no load is writing it"));
    }
    for (const EdgeId edge : edges) {
      if (!IsThere(transaction, DatabaseId::kEdgeStats, edge)) continue;
      findings_.Problem(Subject::OfEdge(edge),
                        absl::StrCat("edge ", edge, ": no version has it, and no load is writing it"));
    }
    return absl::OkStatus();
  }

  // Takes out what versions name, also those of tags that are new since the versions were read.
  static absl::Status RemoveNamed(const Transaction& transaction, std::set<StoreId>& stores,
                                  std::set<EdgeId>& edges) {
    ASSIGN_OR_RETURN(Cursor cursor, transaction.NewCursor(DatabaseId::kVersions));
    for (cursor.First(); cursor.valid(); cursor.Next()) {
      if (cursor.key().size() != 8) continue;  // said before
      const absl::StatusOr<VersionRecord> record =
          DecodeVersion(ReadU32(cursor.key().data() + 4), cursor.value());
      if (!record.ok()) continue;
      stores.erase(record->store);
      edges.erase(record->edge);
    }
    return cursor.status();
  }

  // Whether it has records. They may have been swept since.
  static bool IsThere(const Transaction& transaction, DatabaseId database, uint32_t id) {
    absl::StatusOr<Cursor> cursor = transaction.NewCursor(database);
    if (!cursor.ok()) return false;
    cursor->Seek(MakeKey(id));
    return cursor->At(MakeKey(id));
  }

  // Checks that the current version is the one that AS OF the last day reads.
  absl::Status LookAtCurrent() {
    for (const TagId tag : named_.tags) {
      ASSIGN_OR_RETURN(const ReadTransaction transaction, environment_.BeginRead());
      const auto current = CurrentVersion(transaction, tag);
      const auto latest = VersionAsOf(transaction, tag, absl::CivilDay(9999, 12, 31));
      if (!current.ok() || !latest.ok()) {
        findings_.Problem(Subject::OfTag(tag),
                          std::string((current.ok() ? latest.status() : current.status()).message()));
      } else if (current->has_value() != latest->has_value() ||
                 (current->has_value() && (*current)->version != (*latest)->version)) {
        findings_.Problem(Subject::OfTag(tag), "its current version is not its latest");
      }
      if (!findings_.Progress()) break;
    }
    return absl::OkStatus();
  }

  void Problem(TagId tag, Version version, const std::string& why) {
    findings_.Problem(Subject::OfTag(tag), absl::StrCat("version ", version, ": ", why));
  }

  Environment& environment_;
  TreeGuard& guard_;
  Findings& findings_;
  Named named_;
};

}  // namespace

absl::Status VerifyVersionTree(Environment& environment, TreeGuard& guard, Findings& findings) {
  findings.Begin("versions, stores and edges");
  RETURN_IF_ERROR(TreeCheck(environment, guard, findings).Run());
  findings.End();
  return absl::OkStatus();
}

}  // namespace muster::index
