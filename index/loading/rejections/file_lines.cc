#include "index/loading/rejections/file_lines.h"

#include <algorithm>
#include <utility>

#include "index/status/status_facts.h"
#include "index/status/status_reason.h"
#include "text/sentence.h"

namespace muster::index {

absl::Status FileLines::Check(absl::Span<const InputFile> files) const {
  if (files_.size() + files.size() > kInputFilesMax) {
    return WithLimit(absl::InvalidArgumentError(Sentence("a load names at most ", kInputFilesMax,
                                                         " files of its input; put files together, or "
                                                         "leave the names out")),
                     kInputFilesMax);
  }
  uint64_t before = files_.empty() ? 0 : files_.back().lines_before;
  for (const InputFile& file : files) {
    if (file.name.size() > kInputFileNameBytesMax) {
      return WithLimit(absl::InvalidArgumentError(
                           Sentence("the name of an input's file has at most ", kInputFileNameBytesMax,
                                    " bytes, and this one has ", file.name.size(), "; shorten it")),
                       kInputFileNameBytesMax);
    }
    if (file.lines_before < before) {
      return WithReason(absl::InvalidArgumentError(Sentence(
                            "a file of the input begins after ", file.lines_before,
                            " lines, and the one before it after ", before, "; name them in their order")),
                        Reason::kBadRequest);
    }
    before = file.lines_before;
  }
  return absl::OkStatus();
}

void FileLines::Add(InputFile file) {
  bytes_ += sizeof(InputFile) + file.name.size();
  files_.push_back(std::move(file));
}

// The last file that begins before the line: one without a line begins where the next one does.
void FileLines::Name(RejectedRecord& rejected) const {
  const auto after =
      std::lower_bound(files_.begin(), files_.end(), rejected.line,
                       [](const InputFile& file, uint64_t line) { return file.lines_before < line; });
  if (after == files_.begin()) return;
  const InputFile& file = *std::prev(after);
  rejected.file = file.name;
  rejected.line_in_file = rejected.line - file.lines_before;
}

}  // namespace muster::index
