#include "loaders/files/byte_source.h"

#define ZLIB_CONST
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace muster::loaders {
namespace {

constexpr size_t kInputBytes = 256 << 10;
constexpr absl::string_view kGzipMagic = "\x1f\x8b";
constexpr absl::string_view kZstdMagic = "\x28\xb5\x2f\xfd";

// The file's bytes a block at a time, with the block that Open looked at first.
class Blocks {
 public:
  Blocks(RawFile* file, std::vector<char> first) : file_(file), block_(std::move(first)) {}

  // What is left of the current block, or of the next one; empty at the end of the file.
  absl::StatusOr<absl::Span<const char>> Rest() {
    if (taken_ == block_.size() && !ended_) {
      block_.resize(kInputBytes);
      auto got = file_->Read(absl::MakeSpan(block_));
      if (!got.ok()) return got.status();
      ended_ = *got < block_.size();
      block_.resize(*got);
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
    auto rest = blocks_.Rest();
    if (!rest.ok()) return rest.status();
    const size_t bytes = std::min(rest->size(), buffer.size());
    std::memcpy(buffer.data(), rest->data(), bytes);
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
      auto rest = blocks_.Rest();
      if (!rest.ok()) return rest.status();
      if (rest->empty() && !in_member_) return 0;
      if (!in_member_) {
        if (inflateReset(&stream_) != Z_OK) return Broken("can't be decompressed");
        in_member_ = true;
      }
      stream_.next_in = reinterpret_cast<const Bytef*>(rest->data());
      stream_.avail_in = static_cast<uInt>(rest->size());
      const int result = inflate(&stream_, Z_NO_FLUSH);
      blocks_.Take(rest->size() - stream_.avail_in);
      // Without input there may still be output that didn't fit the last buffer; when there is none, the file
      // is cut.
      if (rest->empty() && result != Z_STREAM_END && stream_.avail_out == buffer.size()) {
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
  explicit ZstdSource(Blocks blocks) : blocks_(std::move(blocks)), context_(ZSTD_createDCtx()) {}
  ~ZstdSource() override { ZSTD_freeDCtx(context_); }

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    ZSTD_outBuffer out = {buffer.data(), buffer.size(), 0};
    while (out.pos == 0) {
      auto rest = blocks_.Rest();
      if (!rest.ok()) return rest.status();
      if (rest->empty()) {
        // Output that didn't fit the last buffer may still be inside.
        ZSTD_inBuffer nothing = {nullptr, 0, 0};
        if (in_frame_) ZSTD_decompressStream(context_, &out, &nothing);
        if (out.pos == 0 && in_frame_) return Broken("ends in the middle of its compressed data");
        return out.pos;
      }
      ZSTD_inBuffer in = {rest->data(), rest->size(), 0};
      const size_t result = ZSTD_decompressStream(context_, &out, &in);
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

}  // namespace

absl::StatusOr<std::unique_ptr<ByteSource>> ByteSource::Open(RawFile* file) {
  std::vector<char> first(kInputBytes);
  auto got = file->Read(absl::MakeSpan(first));
  if (!got.ok()) return got.status();
  first.resize(*got);
  const absl::string_view start(first.data(), first.size());
  Blocks blocks(file, std::move(first));
  if (absl::StartsWith(start, kGzipMagic)) return std::make_unique<GzipSource>(std::move(blocks));
  if (absl::StartsWith(start, kZstdMagic)) return std::make_unique<ZstdSource>(std::move(blocks));
  return std::make_unique<PlainSource>(std::move(blocks));
}

}  // namespace muster::loaders
