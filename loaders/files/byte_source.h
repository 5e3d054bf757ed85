// Reads the bytes of an input file, decompressing them.
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

// An input's location, and its name in messages.
struct InputPath {
  std::string path;             // `-` is standard input
  std::string shown_name = "";  // empty: the path in quotes, or standard input
};

// The raw bytes of a file or of standard input, and how far it has been read. Not thread-safe, except
// `bytes_read`.
class RawFile {
 public:
  // Errors: NOT_FOUND, PERMISSION_DENIED, INVALID_ARGUMENT for a directory.
  static absl::StatusOr<std::unique_ptr<RawFile>> Open(const InputPath& input);
  ~RawFile();
  RawFile(const RawFile&) = delete;
  RawFile& operator=(const RawFile&) = delete;

  // Fills `buffer` from the start. Fewer bytes than it holds (or 0) mean the end of the input.
  absl::StatusOr<size_t> Read(absl::Span<char> buffer);

  // The name in messages: 'customers.csv' or standard input.
  const std::string& shown_name() const { return shown_name_; }
  // Whether it has a path of its own: it is no standard input, nor a copy of that.
  bool is_named() const { return is_named_; }
  uint64_t bytes_read() const { return bytes_read_.load(std::memory_order_relaxed); }
  // The size in bytes; absent for pipes and standard input.
  std::optional<uint64_t> size() const { return size_; }

 private:
  RawFile(int fd, std::string shown_name, std::optional<uint64_t> size);

  const int fd_;
  const std::string shown_name_;
  bool is_named_ = false;
  const std::optional<uint64_t> size_;
  std::atomic<uint64_t> bytes_read_ = 0;
};

// Limits on the expansion of a compressed file. A plain value.
struct ExpansionLimits {
  // A text of more than this many times its compressed size is refused, once it exceeds kFreeTextBytes: real
  // tables don't repeat themselves so much.
  uint64_t ratio = 200;
  // The most bytes of text.
  uint64_t text_bytes = uint64_t{1} << 38;
};
inline constexpr uint64_t kFreeTextBytes = uint64_t{256} << 20;

// The decompressed bytes of a file that may use gzip or zstd, as its first bytes show, not its name.
// Concatenated compressed members are read one after another. Not thread-safe.
class ByteSource {
 public:
  // Opens a source over `file`, which must outlive it. Errors: those of reading its first bytes.
  static absl::StatusOr<std::unique_ptr<ByteSource>> Open(RawFile* file, const ExpansionLimits& limits = {});
  virtual ~ByteSource() = default;

  // Reads at least one byte into `buffer`, or none at the end. Errors: DATA_LOSS for corrupt or truncated
  // compressed data; FAILED_PRECONDITION for data that exceeds the limits or needs too much memory.
  virtual absl::StatusOr<size_t> Read(absl::Span<char> buffer) = 0;
};

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_FILES_BYTE_SOURCE_H_
