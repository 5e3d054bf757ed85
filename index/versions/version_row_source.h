// Resolves rows of a snapshot's versions to stored bytes: base and edges, row by row through cursors.
#ifndef MUSTER_INDEX_VERSIONS_VERSION_ROW_SOURCE_H_
#define MUSTER_INDEX_VERSIONS_VERSION_ROW_SOURCE_H_

#include <memory>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/bitmap/row_source.h"
#include "index/storage/environment.h"
#include "index/versions/resolved_rows.h"
#include "index/versions/snapshot.h"
#include "index/versions/store_path.h"

namespace muster::index {

// One thread's RowSource over a vector of versions. Each window is a read transaction of its own, renewed;
// the settler may move bases between windows. After a row's first window nothing is allocated, unless an edge
// joined its path, or a row is kept for others. Not thread-safe. Lifetime: what it was given outlives it.
class VersionRowSource : public RowSource {
 public:
  VersionRowSource(Environment& environment, ResolvedRows& kept, const VersionVector& versions)
      : environment_(environment), kept_(kept), versions_(versions) {}

  absl::Status BeginWindow(uint32_t first_fragment, uint32_t count) override;
  absl::Status Resolve(RowRef row, ResolvedRow& resolved) override;
  absl::Status ResolveToScan(RowRef row, ResolvedRow& resolved) override;
  absl::Status CheckRecord(RowRef row, RecordBytes record) override;
  absl::Status ResolveToRead(RowRef row, ResolvedRow& scratch, const ResolvedRow*& resolved) override;
  void EndWindow() override;

 private:
  // A tag's path, right for `record`; checked again in each window in which the tag is asked for.
  struct TagPath {
    uint64_t window = 0;
    StoreId store = 0;
    StoreRecord record;
    StorePath path;
    uint64_t generation = 0;  // of the path's edges: rows remember for which one their places are right
  };
  // Where a row has records at all.
  struct RowPlaces {
    uint64_t generation = 0;
    bool in_between = false;
    std::vector<EdgeId> edges;  // of StorePath::edges those that have the row, from the base outward
  };

  absl::Status OpenTransaction();
  absl::Status CheckWindow() const;
  // `leave_large`: see Cursor.
  absl::Status ResolveRecords(RowRef row, bool leave_large, ResolvedRow& resolved);
  absl::StatusOr<TagPath*> PathOf(TagId tag, Version version);
  absl::StatusOr<const RowPlaces*> PlacesOf(const TagPath& tag_path, RowRef row);
  // Fills column `column` of records_ with what the range (id, row) of a database holds in the window.
  absl::Status Walk(Cursor& cursor, uint32_t id, RowId row, size_t column);
  absl::Status Assemble(const StorePath& path, RowRef row, const RowPlaces& places, ResolvedRow& resolved);

  Environment& environment_;
  ResolvedRows& kept_;
  const VersionVector& versions_;
  std::optional<ReadTransaction> transaction_;
  std::optional<Cursor> fragments_, edges_;
  StorageView view_;                                      // of the window
  std::vector<std::shared_ptr<const ResolvedRow>> lent_;  // in the window
  uint64_t window_ = 0;
  uint32_t first_fragment_ = 0, count_ = 0;
  uint64_t generations_ = 0;
  absl::flat_hash_map<TagId, TagPath> paths_;
  absl::flat_hash_map<uint64_t, RowPlaces> places_;  // by tag << 32 | row
  std::vector<RecordBytes> records_;                 // column-major: column · count_ + fragment
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_VERSION_ROW_SOURCE_H_
