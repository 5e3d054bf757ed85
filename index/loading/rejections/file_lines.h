// The files of a load's input, and which of them a line is in.
#ifndef MUSTER_INDEX_LOADING_REJECTIONS_FILE_LINES_H_
#define MUSTER_INDEX_LOADING_REJECTIONS_FILE_LINES_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "index/loading/plan/load_spec.h"

namespace muster::index {

// The most files that a load may name, and the most bytes of a file's name.
inline constexpr size_t kInputFilesMax = 100'000;
inline constexpr size_t kInputFileNameBytesMax = 4'096;

// Lines are counted from file to file. Not thread-safe.
class FileLines {
 public:
  // Whether the files may follow those that there are: INVALID_ARGUMENT, kBadRequest, when one begins on an
  // earlier line than the one before it; kLimit when there are too many, or a name is too long.
  absl::Status Check(absl::Span<const InputFile> files) const;
  // REQUIRES: Check is OK.
  void Add(InputFile file);
  // Sets the record's file, and its line in that file; nothing when no file is known.
  void Name(RejectedRecord& rejected) const;
  uint64_t ByteSize() const { return bytes_; }

 private:
  std::vector<InputFile> files_;  // by lines_before
  uint64_t bytes_ = 0;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_REJECTIONS_FILE_LINES_H_
