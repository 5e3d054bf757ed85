#include "loaders/files/compression.h"

#define ZLIB_CONST
#include <zlib.h>
#include <zstd.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace muster::loaders {
namespace {

constexpr size_t kBlockBytes = 256 << 10;
constexpr int kFastLevel = 1;

class Gzip : public Compression {
 public:
  Gzip() { deflateInit2(&stream_, kFastLevel, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY); }
  ~Gzip() override { deflateEnd(&stream_); }

  absl::StatusOr<std::string> Take(absl::string_view bytes, bool last) override {
    std::string packed;
    stream_.next_in = reinterpret_cast<const Bytef*>(bytes.data());
    stream_.avail_in = static_cast<uInt>(bytes.size());
    do {
      const size_t done = packed.size();
      packed.resize(done + kBlockBytes);
      stream_.next_out = reinterpret_cast<Bytef*>(packed.data() + done);
      stream_.avail_out = kBlockBytes;
      if (deflate(&stream_, last ? Z_FINISH : Z_NO_FLUSH) == Z_STREAM_ERROR) {
        return absl::InternalError("zlib refuses to compress on");
      }
      packed.resize(done + kBlockBytes - stream_.avail_out);
    } while (stream_.avail_out == 0);
    return packed;
  }

 private:
  z_stream stream_ = {};
};

class Zstandard : public Compression {
 public:
  Zstandard() : context_(ZSTD_createCCtx()) { ZSTD_CCtx_setParameter(context_, ZSTD_c_checksumFlag, 1); }
  ~Zstandard() override { ZSTD_freeCCtx(context_); }

  absl::StatusOr<std::string> Take(absl::string_view bytes, bool last) override {
    std::string packed;
    ZSTD_inBuffer in = {bytes.data(), bytes.size(), 0};
    size_t left = 0;
    do {
      const size_t done = packed.size();
      packed.resize(done + kBlockBytes);
      ZSTD_outBuffer out = {packed.data() + done, kBlockBytes, 0};
      left = ZSTD_compressStream2(context_, &out, &in, last ? ZSTD_e_end : ZSTD_e_continue);
      if (ZSTD_isError(left)) {
        return absl::InternalError(absl::StrCat("zstd refuses to compress on: ", ZSTD_getErrorName(left)));
      }
      packed.resize(done + out.pos);
    } while (last ? left != 0 : in.pos < in.size);
    return packed;
  }

 private:
  ZSTD_CCtx* const context_;
};

}  // namespace

std::unique_ptr<Compression> Compression::ForName(absl::string_view path) {
  if (absl::EndsWithIgnoreCase(path, ".gz")) return std::make_unique<Gzip>();
  if (absl::EndsWithIgnoreCase(path, ".zst")) return std::make_unique<Zstandard>();
  return nullptr;
}

}  // namespace muster::loaders
