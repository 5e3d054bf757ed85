#include "loaders/files/byte_source.h"

#define ZLIB_CONST
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "index/status/status_macros.h"

namespace muster::loaders {
namespace {

constexpr size_t kInputBytes = 256 << 10;
constexpr int kMaxZstdWindowLog = 27;  // 128 MiB, the default limit of the zstd program
constexpr absl::string_view kGzipMagic = "\x1f\x8b";
constexpr absl::string_view kZstdMagic = "\x28\xb5\x2f\xfd";

// The file's bytes block by block, starting with the block that Open examined.
class Blocks {
 public:
  Blocks(RawFile* file, std::vector<char> first) : file_(file), block_(std::move(first)) {}

  // The rest of the current block, or the next one; empty at the end of the file.
  absl::StatusOr<absl::Span<const char>> Rest() {
    if (taken_ == block_.size() && !ended_) {
      block_.resize(kInputBytes);
      ASSIGN_OR_RETURN(auto got, file_->Read(absl::MakeSpan(block_)));
      ended_ = got < block_.size();
      block_.resize(got);
      taken_ = 0;
    }
    return absl::MakeConstSpan(block_).subspan(taken_);
  }
  void Take(size_t bytes) { taken_ += bytes; }
  const RawFile& file() const { return *file_; }

 private:
  RawFile* const file_;
  std::vector<char> block_;
  size_t taken_ = 0;
  bool ended_ = false;
};

class PlainSource : public ByteSource {
 public:
  explicit PlainSource(Blocks blocks) : blocks_(std::move(blocks)) {}

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    ASSIGN_OR_RETURN(auto rest, blocks_.Rest());
    const size_t bytes = std::min(rest.size(), buffer.size());
    std::memcpy(buffer.data(), rest.data(), bytes);
    blocks_.Take(bytes);
    return bytes;
  }

 private:
  Blocks blocks_;
};

class GzipSource : public ByteSource {
 public:
  explicit GzipSource(Blocks blocks) : blocks_(std::move(blocks)) {
    inflateInit2(&stream_, 15 + 16);  // the largest window; gzip framing only
  }
  ~GzipSource() override { inflateEnd(&stream_); }

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    stream_.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream_.avail_out = static_cast<uInt>(buffer.size());
    while (stream_.avail_out == buffer.size()) {
      ASSIGN_OR_RETURN(auto rest, blocks_.Rest());
      if (rest.empty() && !in_member_) return 0;
      if (!in_member_) {
        // Tapes and block devices pad their content with zeros.
        const auto zeros = static_cast<size_t>(
            std::find_if(rest.begin(), rest.end(), [](char c) { return c != '\0'; }) - rest.begin());
        blocks_.Take(zeros);
        if (zeros > 0) continue;
        if (inflateReset(&stream_) != Z_OK) return Broken("can't be decompressed");
        in_member_ = true;
      }
      stream_.next_in = reinterpret_cast<const Bytef*>(rest.data());
      stream_.avail_in = static_cast<uInt>(rest.size());
      const int result = inflate(&stream_, Z_NO_FLUSH);
      blocks_.Take(rest.size() - stream_.avail_in);
      // At the end of the input there may still be output that didn't fit the last buffer. If there is none,
      // the file is truncated.
      if (rest.empty() && result != Z_STREAM_END && stream_.avail_out == buffer.size()) {
        return Broken("ends in the middle of its compressed data");
      }
      if (result == Z_STREAM_END) {
        in_member_ = false;
      } else if (result != Z_OK && result != Z_BUF_ERROR) {
        return Broken(absl::StrCat("holds broken gzip data (",
                                   stream_.msg == nullptr ? "no detail" : stream_.msg, ")"));
      }
    }
    return buffer.size() - stream_.avail_out;
  }

 private:
  absl::Status Broken(absl::string_view what) const {
    return absl::DataLossError(absl::StrCat(blocks_.file().shown_name(), " ", what, " near byte ",
                                            blocks_.file().bytes_read(), ": make or fetch the file again"));
  }

  Blocks blocks_;
  z_stream stream_ = {};
  bool in_member_ = true;
};

class ZstdSource : public ByteSource {
 public:
  explicit ZstdSource(Blocks blocks) : blocks_(std::move(blocks)), context_(ZSTD_createDCtx()) {
    ZSTD_DCtx_setParameter(context_, ZSTD_d_windowLogMax, kMaxZstdWindowLog);
  }
  ~ZstdSource() override { ZSTD_freeDCtx(context_); }

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    ZSTD_outBuffer out = {buffer.data(), buffer.size(), 0};
    while (out.pos == 0) {
      ASSIGN_OR_RETURN(auto rest, blocks_.Rest());
      if (rest.empty()) {
        // The decompressor may still hold output that didn't fit the last buffer.
        ZSTD_inBuffer nothing = {nullptr, 0, 0};
        if (in_frame_) ZSTD_decompressStream(context_, &out, &nothing);
        if (out.pos == 0 && in_frame_) return Broken("ends in the middle of its compressed data");
        return out.pos;
      }
      ZSTD_inBuffer in = {rest.data(), rest.size(), 0};
      const size_t result = ZSTD_decompressStream(context_, &out, &in);
      if (ZSTD_getErrorCode(result) == ZSTD_error_frameParameter_windowTooLarge) {
        return absl::FailedPreconditionError(
            absl::StrCat(blocks_.file().shown_name(),
                         " needs a window of more than 128 MiB of memory: decompress it with zstd -d "
                         "--long=31 first, or compress it without --long"));
      }
      if (ZSTD_isError(result)) {
        return Broken(absl::StrCat("holds broken zstd data (", ZSTD_getErrorName(result), ")"));
      }
      blocks_.Take(in.pos);
      in_frame_ = result != 0;
    }
    return out.pos;
  }

 private:
  absl::Status Broken(absl::string_view what) const {
    return absl::DataLossError(absl::StrCat(blocks_.file().shown_name(), " ", what, " near byte ",
                                            blocks_.file().bytes_read(), ": make or fetch the file again"));
  }

  Blocks blocks_;
  ZSTD_DCtx* const context_;
  bool in_frame_ = true;
};

// Enforces the limits on another source.
class LimitedSource : public ByteSource {
 public:
  LimitedSource(std::unique_ptr<ByteSource> source, const RawFile* file, const ExpansionLimits& limits)
      : source_(std::move(source)), file_(file), limits_(limits) {}

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    auto got = source_->Read(buffer);
    RETURN_IF_ERROR(got.status());
    given_ += *got;
    const uint64_t packed = file_->bytes_read();
    if (given_ > limits_.text_bytes) {
      return Refused(
          absl::StrCat("more than ", limits_.text_bytes, " bytes; if it is meant so, raise --max-text"));
    }
    if (given_ > kFreeTextBytes && given_ / limits_.ratio > packed) {
      return Refused(absl::StrCat("more than ", limits_.ratio, " times its size (", given_,
                                  " bytes of text from ", packed,
                                  "); if it is meant so, raise --max-expansion"));
    }
    return got;
  }

 private:
  absl::Status Refused(absl::string_view what) const {
    return absl::FailedPreconditionError(absl::StrCat(file_->shown_name(), " grows to ", what));
  }

  const std::unique_ptr<ByteSource> source_;
  const RawFile* const file_;
  const ExpansionLimits limits_;
  uint64_t given_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ByteSource>> ByteSource::Open(RawFile* file, const ExpansionLimits& limits) {
  std::vector<char> first(kInputBytes);
  ASSIGN_OR_RETURN(auto got, file->Read(absl::MakeSpan(first)));
  first.resize(got);
  const absl::string_view start(first.data(), first.size());
  const bool gzip = absl::StartsWith(start, kGzipMagic), zstd = absl::StartsWith(start, kZstdMagic);
  Blocks blocks(file, std::move(first));
  std::unique_ptr<ByteSource> packed;
  if (gzip) {
    packed = std::make_unique<GzipSource>(std::move(blocks));
  } else if (zstd) {
    packed = std::make_unique<ZstdSource>(std::move(blocks));
  } else {
    return std::make_unique<PlainSource>(std::move(blocks));
  }
  return std::make_unique<LimitedSource>(std::move(packed), file, limits);
}

}  // namespace muster::loaders
