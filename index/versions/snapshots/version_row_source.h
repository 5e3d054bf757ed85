// Resolves rows of a snapshot's versions to stored bytes: base and edges, row by row through cursors.
#ifndef MUSTER_INDEX_VERSIONS_SNAPSHOTS_VERSION_ROW_SOURCE_H_
#define MUSTER_INDEX_VERSIONS_SNAPSHOTS_VERSION_ROW_SOURCE_H_

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/bitmap/row_source.h"
#include "index/storage/environment.h"
#include "index/versions/records/store_path.h"
#include "index/versions/records/values_with_rows.h"
#include "index/versions/snapshots/composed_rows.h"
#include "index/versions/snapshots/resolved_rows.h"
#include "index/versions/snapshots/snapshot.h"

namespace muster::index {

// The read transaction of one thread's windows, renewed for each, and its cursors.
class WindowReader {
 public:
  explicit WindowReader(Environment& environment) : environment_(environment) {}
  absl::Status Begin();
  void End() {
    if (transaction_.has_value()) transaction_->Reset();
  }
  bool active() const { return transaction_.has_value() && transaction_->active(); }
  // REQUIRES for the rest: active().
  const ReadTransaction& transaction() const { return *transaction_; }
  Cursor& fragments() { return *fragments_; }
  Cursor& edges() { return *edges_; }

 private:
  Environment& environment_;
  std::optional<ReadTransaction> transaction_;
  std::optional<Cursor> fragments_, edges_;
};

// One thread's RowSource over a vector of versions. Each window renews the read transaction; the settler may
// move bases between windows. After a row's first window nothing is allocated, unless an edge joined its
// path, the row is kept in the shared cache, or it has no records and is composed. Not thread-safe. Lifetime:
// its arguments outlive it.
class VersionRowSource : public RowSource {
 public:
  // `lone`: versions beside those, of sets that are no tag.
  VersionRowSource(Environment& environment, ResolvedRows& kept,
                   std::shared_ptr<const VersionVector> versions, VersionVector lone = {})
      : reader_(std::make_shared<WindowReader>(environment)),
        is_first_(true),
        kept_(kept),
        versions_(std::move(versions)),
        lone_(std::move(lone)) {}
  // Reads in the windows of `first`: see Snapshot::NewRowSourceBeside.
  VersionRowSource(const VersionRowSource& first, std::shared_ptr<const VersionVector> versions,
                   VersionVector lone = {})
      : reader_(first.reader_),
        is_first_(false),
        kept_(first.kept_),
        versions_(std::move(versions)),
        lone_(std::move(lone)) {}

  absl::Status BeginWindow(uint32_t first_fragment, uint32_t count) override;
  absl::Status Resolve(RowRef row, ResolvedRow& resolved) override;
  absl::Status ResolveToScan(RowRef row, ResolvedRow& resolved) override;
  absl::Status CheckRecord(RowRef row, RecordBytes record) override;
  absl::Status ResolveToRead(RowRef row, ResolvedRow& scratch, const ResolvedRow*& resolved) override;
  void EndWindow() override;
  // The state that the window reads. REQUIRES: a window is open.
  const StorageView& view() const { return view_; }
  // Whether the row was composed in this window, so that its records aren't in the map.
  bool IsComposed(RowRef row) const { return composed_.Holds(row); }
  // How many rows it remembers the places of, some 60 bytes each. Of rows that are in the base alone it needs none.
  size_t known_rows() const { return places_.size(); }

 private:
  // A tag's path, valid for `record`; checked again in each window in which the tag is used.
  struct TagPath {
    uint64_t window = 0;
    StoreId store = 0;
    StoreRecord record;
    StorePath path;
    uint64_t generation = 0;  // of the path's edges; RowPlaces of another generation are stale
    std::optional<ValuesWithRows> values_with_rows;  // read when a value's row has no record in a window
  };
  // The parts of the path in which a row has any records.
  struct RowPlaces {
    uint64_t generation = 0;
    bool in_between = false;
    std::vector<EdgeId> edges;  // of StorePath::edges those that have the row, from the base outward
  };

  absl::Status CheckWindow() const;
  // kNoVersion: there is none.
  Version VersionOf(TagId tag) const;
  // `leave_large`: see Cursor.
  absl::Status ResolveRecords(RowRef row, bool leave_large, ResolvedRow& resolved);
  // Whether a row without records in the window has to be composed.
  absl::StatusOr<bool> IsInSlicesOnly(TagPath& tag_path, RowRef row);
  absl::Status ComposeRow(const StorePath& path, RowRef row, ResolvedRow& resolved);
  absl::StatusOr<TagPath*> PathOf(TagId tag, Version version);
  absl::StatusOr<const RowPlaces*> PlacesOf(const TagPath& tag_path, RowRef row);
  // Fills column `column` of records_ with the window's records of the range (id, row) of a database.
  absl::Status Walk(Cursor& cursor, uint32_t id, RowId row, size_t column);
  absl::Status Assemble(const StorePath& path, RowRef row, const RowPlaces& places, ResolvedRow& resolved);

  const std::shared_ptr<WindowReader> reader_;
  const bool is_first_;  // of the sources that share the reader
  ResolvedRows& kept_;
  const std::shared_ptr<const VersionVector> versions_;
  const VersionVector lone_;
  StorageView view_;                                      // of the window
  std::vector<std::shared_ptr<const ResolvedRow>> lent_;  // in the window
  uint64_t window_ = 0;
  uint32_t first_fragment_ = 0, count_ = 0;
  uint64_t generations_ = 0;
  absl::flat_hash_map<TagId, TagPath> paths_;
  absl::flat_hash_map<uint64_t, RowPlaces> places_;  // by tag << 32 | row
  std::vector<RecordBytes> records_;                 // column-major: column · count_ + fragment
  ComposedRows composed_;                            // in the window
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_SNAPSHOTS_VERSION_ROW_SOURCE_H_
