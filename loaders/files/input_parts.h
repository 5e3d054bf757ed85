// Finds the files of an input: one file, the part files of a directory, or those that a pattern names.
#ifndef MUSTER_LOADERS_FILES_INPUT_PARTS_H_
#define MUSTER_LOADERS_FILES_INPUT_PARTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "loaders/files/byte_source.h"

namespace muster::loaders {

// More files are refused.
inline constexpr size_t kMaxParts = 100'000;

// A file of an input.
struct InputPart {
  InputPath input;
  // Below the directory; the whole path for a pattern's file. It is part of what a label stands for.
  std::string name;
  uint64_t bytes = 0;
};

// A plain value.
struct InputParts {
  InputPath whole;                      // as it was named; of several, the first
  std::vector<InputPart> parts = {};    // of a directory or pattern, by the bytes of their names; else empty
  std::string date = {};                // YYYY-MM-DD: that of `dt=` in their paths; empty: none has one
  std::vector<std::string> notes = {};  // sentences about files that were left out
};

// Whether `path` names several files: it is a directory, or it has `*`, `?` or `[` and no file has that name.
bool NamesSeveral(const std::string& path);

// Finds the files of `paths`, in all folders below them. Names that begin with a point or an underscore are left
// out. `-`, alone, is standard input. With `needs_success`, a file `_SUCCESS` must lie in each directory, or beside
// the file or each of the pattern's files. The date is that of the paths as they are given, and as they are when
// links are followed and the current folder is put before them.
// Errors: NOT_FOUND when there is no file; FAILED_PRECONDITION when `_SUCCESS` is missing or a file is still
// being written; INVALID_ARGUMENT for several dates, files with a date and without, a `dt=` that is no date, a file
// that is named twice, and more than kMaxParts files. REQUIRES: there is a path.
absl::StatusOr<InputParts> FindInputParts(const std::vector<std::string>& paths, bool needs_success);
inline absl::StatusOr<InputParts> FindInputParts(const std::string& path, bool needs_success) {
  return FindInputParts(std::vector<std::string>{path}, needs_success);
}

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_FILES_INPUT_PARTS_H_
