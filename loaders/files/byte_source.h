// The bytes of an input file, decompressed on the way.
#ifndef MUSTER_LOADERS_FILES_BYTE_SOURCE_H_
#define MUSTER_LOADERS_FILES_BYTE_SOURCE_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace muster::loaders {

// Where an input is, and its name in messages.
struct InputPath {
  std::string path;             // `-` is standard input
  std::string shown_name = "";  // empty: the path in quotes, or standard input
};

// The raw bytes of a file or of standard input, with how far it has been read. For one thread, but
// `bytes_read` may be asked from any.
class RawFile {
 public:
  // Errors: NOT_FOUND, PERMISSION_DENIED, INVALID_ARGUMENT for a directory.
  static absl::StatusOr<std::unique_ptr<RawFile>> Open(const InputPath& input);
  ~RawFile();
  RawFile(const RawFile&) = delete;
  RawFile& operator=(const RawFile&) = delete;

  // Fills `buffer` from its start as far as there is input; fewer bytes than it holds, 0 too, mean the end.
  absl::StatusOr<size_t> Read(absl::Span<char> buffer);

  // As messages say it: 'customers.csv' or standard input.
  const std::string& shown_name() const { return shown_name_; }
  uint64_t bytes_read() const { return bytes_read_.load(std::memory_order_relaxed); }
  // The size in bytes; absent for pipes and standard input.
  std::optional<uint64_t> size() const { return size_; }

 private:
  RawFile(int fd, std::string shown_name, std::optional<uint64_t> size);

  const int fd_;
  const std::string shown_name_;
  const std::optional<uint64_t> size_;
  std::atomic<uint64_t> bytes_read_ = 0;
};

// How far a compressed file may grow. A plain value.
struct ExpansionLimits {
  // A text that is more than so many times its compressed bytes is refused, once it is larger than
  // kFreeTextBytes: no real table repeats itself so much.
  uint64_t ratio = 200;
  // More bytes of text are refused.
  uint64_t text_bytes = uint64_t{1} << 38;
};
inline constexpr uint64_t kFreeTextBytes = uint64_t{256} << 20;

// Plain bytes of a file that may be compressed with gzip or zstd. Its first bytes decide that, not its name.
// Several compressed members in one file follow one another. For one thread.
class ByteSource {
 public:
  // A source over `file`, which must outlive it. Errors: those of reading its first bytes.
  static absl::StatusOr<std::unique_ptr<ByteSource>> Open(RawFile* file, const ExpansionLimits& limits = {});
  virtual ~ByteSource() = default;

  // Puts at least one byte into `buffer`, or none at the end. Errors: DATA_LOSS for broken or cut-off
  // compression; FAILED_PRECONDITION for one that grows past the limits, or needs too much memory.
  virtual absl::StatusOr<size_t> Read(absl::Span<char> buffer) = 0;
};

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_FILES_BYTE_SOURCE_H_
