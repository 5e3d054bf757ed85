// A reader's records as texts.
#ifndef MUSTER_TESTS_LOADERS_FILES_WRITTEN_RECORDS_H_
#define MUSTER_TESTS_LOADERS_FILES_WRITTEN_RECORDS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "index/status/status_macros.h"
#include "loaders/files/record_reader.h"

namespace muster::loaders {

// Writes each record as `line|cell|cell`, a broken one as `line!why`.
class WrittenRecords : public RecordSink {
 public:
  void TakeRecord(uint64_t line, absl::Span<const absl::string_view> cells) override {
    records.push_back(absl::StrCat(line, "|", absl::StrJoin(cells, "|")));
  }
  void TakeBroken(const BrokenRecord& record) override {
    records.push_back(absl::StrCat(record.line, "!", record.message));
  }
  std::vector<std::string> records;
};

inline absl::StatusOr<std::vector<std::string>> ReadAll(const std::string& path,
                                                        const TextFormat& format = {}) {
  ASSIGN_OR_RETURN(auto reader, RecordReader::Open({path}, format));
  WrittenRecords sink;
  absl::StatusOr<bool> more = true;
  while (more.ok() && *more) more = reader->ReadSome(sink);
  RETURN_IF_ERROR(more.status());
  return sink.records;
}

}  // namespace muster::loaders

#endif  // MUSTER_TESTS_LOADERS_FILES_WRITTEN_RECORDS_H_
