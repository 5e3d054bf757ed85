// The dropped records of a load: counted by reason, the first ten kept by line.
#ifndef MUSTER_INDEX_LOADING_INTAKE_REJECTION_LOG_H_
#define MUSTER_INDEX_LOADING_INTAKE_REJECTION_LOG_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/types/span.h"
#include "index/loading/plan/load_spec.h"
#include "index/loading/rejections/file_lines.h"
#include "index/loading/rejections/kept_rejections.h"
#include "text/sentence.h"

namespace muster::index {

// How many dropped records are shown.
inline constexpr size_t kSampledRejections = 10;

// A load's dropped records. Not thread-safe.
class RejectionLog {
 public:
  // Counts one. `message` is only called when the record is kept, or among the first ten by line so far.
  void Reject(uint64_t line, Rejection reason, absl::FunctionRef<std::string()> message);
  // Keeps all that come from now on.
  void Keep(std::shared_ptr<KeptRejections> kept) { kept_ = std::move(kept); }
  const std::shared_ptr<KeptRejections>& kept() const { return kept_; }
  // A file of the input begins; later ones begin on later lines. REQUIRES: FileLines::Check is OK.
  void AddFile(const InputFile& file);
  const FileLines& files() const { return files_; }

  uint64_t count() const { return count_; }
  // Reasons that occurred, in the order of their numbers.
  std::vector<std::pair<Rejection, uint64_t>> ByReason() const;
  // At most ten, by line.
  const std::vector<RejectedRecord>& first() const { return first_; }

 private:
  uint64_t count_ = 0;
  std::array<uint64_t, 8> by_reason_ = {};
  std::vector<RejectedRecord> first_;
  FileLines files_;
  std::shared_ptr<KeptRejections> kept_;  // null: only the first ones are
};

// The records of one batch: which of them are dropped. A record is dropped once, for its first reason.
class BatchRejections {
 public:
  // `lines` is empty or has one for each of the `size` records; otherwise they are numbered from
  // `first_line`. Lifetime: `log` and `lines` outlive it.
  BatchRejections(size_t size, absl::Span<const uint64_t> lines, uint64_t first_line, RejectionLog& log);

  // REQUIRES: record < size, as everywhere here.
  void Reject(size_t record, Rejection reason, absl::FunctionRef<std::string()> message);
  // Drops it too, but as no fault: it isn't logged.
  void LeaveOut(size_t record);
  // Dropped, for whatever reason.
  bool rejected(size_t record) const { return rejected_[record] != 0; }
  bool any() const { return any_; }
  uint64_t line(size_t record) const { return lines_.empty() ? first_line_ + record : lines_[record]; }
  size_t size() const { return rejected_.size(); }

 private:
  absl::Span<const uint64_t> lines_;
  uint64_t first_line_;
  std::vector<uint8_t> rejected_;
  bool any_ = false;
  RejectionLog& log_;
};

// The lines of a load that is fed in parts, each of which counts its own from 1. Within the load, lines of a part follow those of the part before it, so that records are in the order of parts. Not
// thread-safe.
class PartLines {
 public:
  // The next records are those of the part `name`.
  void Begin(std::string name) {
    parts_.push_back({last_, std::move(name)});
    records_ = 0;
  }
  // Whether the load has parts at all.
  bool used() const { return !parts_.empty(); }

  // The lines of a batch's records within the load. `lines`: within the part; empty: records are numbered from 1.
  std::vector<uint64_t> LinesOf(size_t records, absl::Span<const uint64_t> lines) {
    std::vector<uint64_t> shifted(records);
    for (size_t i = 0; i < records; ++i) shifted[i] = LineOf(lines.empty() ? ++records_ : lines[i]);
    return shifted;
  }
  // The same of one line.
  uint64_t LineOf(uint64_t line) {
    last_ = std::max(last_, parts_.back().before + line);
    return parts_.back().before + line;
  }
  // The record with its line within the part, and the part in its message.
  RejectedRecord Named(RejectedRecord record) const {
    const auto after = std::upper_bound(parts_.begin(), parts_.end(), record.line,
                                        [](uint64_t line, const Part& part) { return line <= part.before; });
    if (after == parts_.begin()) return record;
    const Part& part = *(after - 1);
    record.line -= part.before;
    record.message = Sentence("part '", part.name, "': ", record.message);
    return record;
  }

 private:
  struct Part {
    uint64_t before;  // the last line of the parts before it
    std::string name;
  };
  std::vector<Part> parts_;
  uint64_t last_ = 0;     // the greatest line so far
  uint64_t records_ = 0;  // of this part, without lines of their own
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_INTAKE_REJECTION_LOG_H_
