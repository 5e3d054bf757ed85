// Rows in memory behind the same interface as stored ones.
#ifndef MUSTER_TESTS_ORACLE_MEMORY_ROWS_H_
#define MUSTER_TESTS_ORACLE_MEMORY_ROWS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "index/bitmap/bitmap.h"
#include "index/bitmap/row_source.h"
#include "index/versions/records/values_with_rows.h"

namespace muster::oracle {

// The records of one row, by fragment.
struct MemoryFragment {
  std::string image;  // may be empty
  std::vector<std::string> flips;
};

// A store of rows. Not thread-safe while it is filled.
class MemoryRows {
 public:
  explicit MemoryRows(uint32_t fragment_count) : fragment_count_(fragment_count) {}
  uint32_t fragment_count() const { return fragment_count_; }
  // `cardinality`: of what image and flips give.
  void Put(index::RowRef row, uint32_t fragment, MemoryFragment records, uint64_t cardinality);
  // Stores a set without flips.
  void Put(index::RowRef row, uint32_t fragment, const index::Bitmap& bitmap);
  // Treats the row as one that is not stored, as in a store that has a value only in its slices. A source
  // still resolves it, as if it had composed it from slices.
  void MarkComposed(index::RowRef row) { composed_.insert(row); }
  bool IsStored(index::RowRef row) const { return !composed_.contains(row); }
  // As index::Snapshot::FindValuesWithRows.
  index::ValuesWithRows FindValuesWithRows(index::TagId tag) const;
  uint64_t Cardinality(index::RowRef row) const;
  const std::vector<MemoryFragment>* Find(index::RowRef row) const;
  // As index::Snapshot::VisitRows, of all values.
  void VisitValues(index::TagId tag, const std::function<bool(index::RowId, uint64_t)>& visit) const;

 private:
  struct Row {
    std::vector<MemoryFragment> fragments;
    uint64_t cardinality = 0;
  };
  uint32_t fragment_count_;
  std::map<index::RowRef, Row> rows_;
  std::set<index::RowRef> composed_;
};

// The bytes to which a source's resolved rows point.
enum class Lending {
  kInPlace,  // the rows' own bytes
  // Copies of exact size that die with their window, so that sanitizers see every read outside. A copy for a
  // scan (ResolveToScan) has wrong bytes until CheckRecord is called for it.
  kCopies,
};

class MemorySource : public index::RowSource {
 public:
  explicit MemorySource(const MemoryRows& rows, Lending lending = Lending::kInPlace)
      : rows_(rows), lending_(lending) {}
  absl::Status BeginWindow(uint32_t first_fragment, uint32_t count) override;
  absl::Status Resolve(index::RowRef row, index::ResolvedRow& resolved) override;
  absl::Status ResolveToScan(index::RowRef row, index::ResolvedRow& resolved) override;
  absl::Status CheckRecord(index::RowRef row, index::RecordBytes record) override;
  void EndWindow() override;
  uint32_t windows_begun() const { return windows_begun_; }
  bool in_window() const { return in_window_; }
  Lending lending() const { return lending_; }

 private:
  absl::Status Resolve(index::RowRef row, bool checked, index::ResolvedRow& resolved);
  index::RecordBytes Lend(const std::string& record, bool checked);

  const MemoryRows& rows_;
  Lending lending_;
  uint32_t first_ = 0;
  uint32_t count_ = 0;
  uint32_t windows_begun_ = 0;
  bool in_window_ = false;
  std::vector<std::unique_ptr<uint8_t[]>> lent_;
  std::map<uint8_t*, const std::string*> unchecked_;  // copies with wrong bytes, and their right ones
};

}  // namespace muster::oracle

#endif  // MUSTER_TESTS_ORACLE_MEMORY_ROWS_H_
