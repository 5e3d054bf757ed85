// Scans of a source that the test owns.
#ifndef MUSTER_TESTS_ORACLE_SCAN_JOBS_H_
#define MUSTER_TESTS_ORACLE_SCAN_JOBS_H_

#include <cstdint>
#include <memory>

#include "index/bitmap/row_source.h"
#include "query/execution/scan.h"

namespace muster::oracle {

// Forwards all calls to a source, which must outlive it.
class BorrowedSource : public index::RowSource {
 public:
  explicit BorrowedSource(index::RowSource& source) : source_(source) {}
  absl::Status BeginWindow(uint32_t first_fragment, uint32_t count) override {
    return source_.BeginWindow(first_fragment, count);
  }
  absl::Status Resolve(index::RowRef row, index::ResolvedRow& resolved) override {
    return source_.Resolve(row, resolved);
  }
  absl::Status ResolveToScan(index::RowRef row, index::ResolvedRow& resolved) override {
    return source_.ResolveToScan(row, resolved);
  }
  absl::Status ResolveToRead(index::RowRef row, index::ResolvedRow& scratch,
                             const index::ResolvedRow*& resolved) override {
    return source_.ResolveToRead(row, scratch, resolved);
  }
  absl::Status CheckRecord(index::RowRef row, index::RecordBytes record) override {
    return source_.CheckRecord(row, record);
  }
  void EndWindow() override { source_.EndWindow(); }

 private:
  index::RowSource& source_;
};

// Fragments [0, fragments) of the source, by the calling thread alone. All that it is given outlives it.
inline query::ScanJob JobOf(const query::Program& program, index::RowSource& source, uint32_t fragments,
                            const query::ScanOptions& options = {}) {
  return {.program = program,
          .make_source = [&source](query::ViewIndex,
                                   index::RowSource*) { return std::make_unique<BorrowedSource>(source); },
          .fragments = {0, fragments},
          .options = options};
}

}  // namespace muster::oracle

#endif  // MUSTER_TESTS_ORACLE_SCAN_JOBS_H_
